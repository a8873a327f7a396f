// gx[n,c,h,w] = a * gs[n, c+before, h/stride, w/stride] if stride divides h and w, else 0: the gradient of option A. a
// is one of the blocks' alphas and betas, or 1.
// Packed tensors. Dispatch: ceil(count / local_size_x) groups, count = N*C/4*H*W.
#version 450
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"
#define PUSH_ZERO_PAD
#include "interface.h"

layout(set = 0, binding = 0) uniform samplerBuffer gs;
layout(set = 0, binding = 1) readonly buffer Scales { float factors[]; };
layout(set = 0, binding = 2) writeonly buffer Output { vec4 gx[]; };

void main()
{
    const int i = invocation();
    if (i >= count)
        return;
    const int plane = height * width, quads = (channels + 3) / 4;
    const int quadOfAll = quotient(i, plane), inPlane = i - quadOfAll * plane;
    const int n = quotient(quadOfAll, quads), quad = quadOfAll - n * quads;
    const int h = quotient(inPlane, width), w = inPlane - h * width;
    vec4 value = vec4(0.0);
    const int p = quotient(h, stride), q = quotient(w, stride);
    if (p * stride == h && q * stride == w) {
        [[unroll]] for (int lane = 0; lane < 4; ++lane) {
            const int c = quad * 4 + lane;
            if (c < channels) {
                const int k = c + before, outPlane = (n * outQuads + k / 4) * outHeight * outWidth;
                value[lane] = texelFetch(gs, kFirstTexel + outPlane + p * outWidth + q)[k % 4];
            }
        }
    }
    gx[kFirstTexel + i] = (factor >= 0 ? factors[factor] : 1.0) * value;
}
