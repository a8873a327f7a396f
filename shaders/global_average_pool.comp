// y[n,c] = mean_{h,w} x[n,c,h,w]. Packed tensors; one invocation per quad of channels. Rows are summed first, so the
// order is fixed and the error grows only with H + W. Dispatch: ceil(count / local_size_x) groups, count = N*C/4.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"
#define PUSH_PLANE
#include "interface.h"

layout(set = 0, binding = 0) uniform samplerBuffer x;
layout(set = 0, binding = 1) writeonly buffer Output { vec4 y[]; };

void main()
{
    const int i = invocation();
    if (i >= count)
        return;
    int texel = kFirstTexel + i * height * width;
    vec4 sum = vec4(0.0);
    for (int h = 0; h < height; ++h) {
        vec4 row = vec4(0.0);
        for (int w = 0; w < width; ++w)
            row += texelFetch(x, texel++);
        sum += row;
    }
    y[kFirstTexel + i] = sum / float(height * width);
}
