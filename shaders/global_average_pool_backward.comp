// gx[n,c,h,w] = gy[n,c] / (H*W). Packed tensors. Dispatch: ceil(count / local_size_x) groups, count = N*C/4*H*W,
// period = H*W.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"
#define PUSH_PERIODIC
#include "interface.h"

layout(set = 0, binding = 0) uniform samplerBuffer gy;
layout(set = 0, binding = 1) writeonly buffer Output { vec4 gx[]; };

void main()
{
    const int i = invocation();
    if (i < count)
        gx[kFirstTexel + i] = texelFetch(gy, kFirstTexel + quotient(i, period)) / float(period);
}
