// y[n,c,p,q] = max_{r,s} x[n, c, p*stride+r-padding, q*stride+s-padding]. The padding does not count, and a NaN is the
// largest value, as in PyTorch.
// Packed tensors. Dispatch: ceil(count / local_size_x) groups, count = N*C/4*P*Q.
#version 450
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"
#define PUSH_POOL
#include "interface.h"

layout(constant_id = 1) const int kKernel = 3;
layout(constant_id = 2) const int kStride = 2;

layout(set = 0, binding = 0) uniform samplerBuffer x;
layout(set = 0, binding = 1) writeonly buffer Output { vec4 y[]; };

void main()
{
    const int i = invocation();
    if (i >= count)
        return;
    const int outPlane = outHeight * outWidth;
    const int quad = quotient(i, outPlane), inPlane = i - quad * outPlane; // among all N*C/4 quads
    const int p = quotient(inPlane, outWidth), q = inPlane - p * outWidth;
    const int first = kFirstTexel + quad * height * width, top = p * kStride - padding, left = q * kStride - padding;
    vec4 largest;
    [[unroll]] for (int r = 0; r < kKernel; ++r)
        [[unroll]] for (int s = 0; s < kKernel; ++s) {
            // A tap in the padding reads the nearest pixel in the image, which the window also contains.
            const int h = clamp(top + r, 0, height - 1), w = clamp(left + s, 0, width - 1);
            const vec4 value = texelFetch(x, first + h * width + w);
            if (r == 0 && s == 0)
                largest = value;
            largest = mix(largest, value, isNotANumber(value));
            largest = mix(largest, value, greaterThan(value, largest));
        }
    y[kFirstTexel + i] = largest;
}
