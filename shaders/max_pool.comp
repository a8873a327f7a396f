// y[n,c,p,q] = max_{r,s} x[n, c, p*stride+r-padding, q*stride+s-padding]; the padding does not count, and a NaN is the
// largest, as in PyTorch.
// Packed tensors. Dispatch: ceil(count / local_size_x) groups, count = N*C/4*P*Q.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"

layout(push_constant) uniform Push {
    int count;
    int height, width, outHeight, outWidth;
    int kernel, stride, padding;
};
layout(set = 0, binding = 0) uniform samplerBuffer x;
layout(set = 0, binding = 1) writeonly buffer Output { vec4 y[]; };

void main()
{
    const int i = invocation();
    if (i >= count)
        return;
    const int outPlane = outHeight * outWidth;
    const int quad = quotient(i, outPlane), inPlane = i - quad * outPlane; // of all N*C/4 quads
    const int p = quotient(inPlane, outWidth), q = inPlane - p * outWidth;
    const int first = kFirstTexel + quad * height * width;
    const int top = max(p * stride - padding, 0), bottom = min(p * stride - padding + kernel, height);
    const int left = max(q * stride - padding, 0), right = min(q * stride - padding + kernel, width);
    vec4 largest = texelFetch(x, first + top * width + left);
    for (int h = top; h < bottom; ++h)
        for (int w = left; w < right; ++w) {
            const vec4 value = texelFetch(x, first + h * width + w);
            largest = mix(largest, value, isNotANumber(value));
            largest = mix(largest, value, greaterThan(value, largest));
        }
    y[kFirstTexel + i] = largest;
}
