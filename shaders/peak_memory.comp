// Measures memory bandwidth: y = a + s * b over buffers that no cache holds. Three texels move for each result.
// Dispatch: ceil(count / local_size_x) groups; the buffers hold kTexels * count texels.
#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "packed.glsl"
#define PUSH_PEAK_MEMORY
#include "interface.h"

layout(constant_id = 1) const int kTexels = 1; // for an invocation

layout(set = 0, binding = 0) uniform samplerBuffer a;
layout(set = 0, binding = 1) uniform samplerBuffer b;
layout(set = 0, binding = 2) writeonly buffer Output { vec4 y[]; };

void main()
{
    const int i = invocation();
    if (i >= count)
        return;
    [[unroll]] for (int t = 0; t < kTexels; ++t) {
        const int at = t * count + i; // adjacent invocations read adjacent texels
        y[at] = texelFetch(a, at) + s * texelFetch(b, at);
    }
}
