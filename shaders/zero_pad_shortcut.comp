// CIFAR's option A: s[n,k,p,q] = x[n, k-before, p*stride, q*stride] if 0 <= k-before < C, else 0.
// Packed tensors. Dispatch: ceil(count / local_size_x) groups, count = N*K/4*P*Q.
#version 450
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"
#define PUSH_ZERO_PAD
#include "interface.h"

layout(set = 0, binding = 0) uniform samplerBuffer x;
layout(set = 0, binding = 1) writeonly buffer Output { vec4 s[]; };

void main()
{
    const int i = invocation();
    if (i >= count)
        return;
    const int outPlane = outHeight * outWidth, inQuads = (channels + 3) / 4;
    const int quadOfAll = quotient(i, outPlane), inPlane = i - quadOfAll * outPlane;
    const int n = quotient(quadOfAll, outQuads), quad = quadOfAll - n * outQuads;
    const int p = quotient(inPlane, outWidth), q = inPlane - p * outWidth;
    vec4 value = vec4(0.0);
    [[unroll]] for (int lane = 0; lane < 4; ++lane) {
        const int c = quad * 4 + lane - before;
        if (c >= 0 && c < channels) {
            const int plane = (n * inQuads + c / 4) * height * width;
            value[lane] = texelFetch(x, kFirstTexel + plane + (p * width + q) * stride)[c % 4];
        }
    }
    s[kFirstTexel + i] = value;
}
