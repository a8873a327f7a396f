// SiLU, y = x / (1 + exp(-x)), or leaky ReLU, y = x where x > 0 and else slope * x, element by element over packed texels.
// Dispatch: ceil(count / local_size_x) groups.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"
#define PUSH_ACTIVATE
#include "interface.h"

layout(constant_id = 1) const bool kIsSilu = true;

layout(set = 0, binding = 0) uniform samplerBuffer x;
layout(set = 0, binding = 1) writeonly buffer Output { vec4 y[]; };

void main()
{
    const int i = invocation();
    if (i >= count)
        return;
    const vec4 value = texelFetch(x, kFirstTexel + i);
    y[kFirstTexel + i] = kIsSilu ? value / (1.0 + exp(-value)) : mix(value, slope * value, lessThan(value, vec4(0.0)));
}
