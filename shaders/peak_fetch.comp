// Measures how fast the cache delivers texels: every invocation makes kFetches in a turn, all over a small buffer.
// Dispatch: ceil(count / local_size_x) groups. Texels: kFetches * turns * count.
#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "packed.glsl"
#define PUSH_PEAK_FETCH
#include "interface.h"


layout(set = 0, binding = 0) uniform samplerBuffer x;
layout(set = 0, binding = 1) writeonly buffer Output { vec4 y[]; };

void main()
{
    const int i = invocation();
    if (i >= count)
        return;
    vec4 sum[4] = vec4[4](vec4(0.0), vec4(0.0), vec4(0.0), vec4(0.0));
    for (int turn = 0; turn < turns; ++turn) {
        const int first = (i + turn * 8) & mask;
        [[unroll]] for (int f = 0; f < kFetches; ++f)
            sum[f % 4] += texelFetch(x, (first + f * 64) & mask);
    }
    y[i] = sum[0] + sum[1] + sum[2] + sum[3];
}
