// gx[n,c,h,w] = sum of gy over the windows whose maximum x[n,c,h,w] is; among equals the first in row-major order is
// the maximum, and of NaNs, which are larger than any number, the last: as in PyTorch. Gathers: every input pixel asks
// the windows that cover it, so no two write one place.
// Packed tensors. Dispatch: ceil(count / local_size_x) groups, count = N*C/4*H*W.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"

layout(push_constant) uniform Push {
    int count;
    int height, width, outHeight, outWidth;
    int kernel, stride, padding;
};
layout(set = 0, binding = 0) uniform samplerBuffer x;
layout(set = 0, binding = 1) uniform samplerBuffer gy;
layout(set = 0, binding = 2) writeonly buffer Output { vec4 gx[]; };

/// In each lane: whether (h, w) holds the maximum of window (p, q).
bvec4 isMaximum(int first, vec4 here, int h, int w, int p, int q)
{
    bvec4 result = bvec4(true);
    const int top = max(p * stride - padding, 0), bottom = min(p * stride - padding + kernel, height);
    const int left = max(q * stride - padding, 0), right = min(q * stride - padding + kernel, width);
    for (int i = top; i < bottom; ++i)
        for (int j = left; j < right; ++j) {
            const vec4 other = texelFetch(x, first + i * width + j);
            const bool isBefore = i < h || (i == h && j < w), isHere = i == h && j == w;
            const bvec4 isLarger = isBefore ? greaterThanEqual(other, here) : greaterThan(other, here);
            const bvec4 losesToNan = isBefore || isHere ? not(isNotANumber(here)) : bvec4(true);
            const bvec4 beats = bvec4(uvec4(isLarger) | (uvec4(isNotANumber(other)) & uvec4(losesToNan)));
            result = bvec4(uvec4(result) & uvec4(not(beats)));
        }
    return result;
}

void main()
{
    const int id = invocation();
    if (id >= count)
        return;
    const int plane = height * width, quad = quotient(id, plane), inPlane = id - quad * plane;
    const int h = quotient(inPlane, width), w = inPlane - h * width;
    const int first = kFirstTexel + quad * plane, firstOut = kFirstTexel + quad * outHeight * outWidth;
    const vec4 here = texelFetch(x, first + inPlane);
    // Windows p with p*stride - padding <= h < p*stride - padding + kernel.
    const int firstP = quotient(max(h + padding - kernel + stride, 0), stride);
    const int firstQ = quotient(max(w + padding - kernel + stride, 0), stride);
    const int lastP = min(quotient(h + padding, stride), outHeight - 1);
    const int lastQ = min(quotient(w + padding, stride), outWidth - 1);
    vec4 sum = vec4(0.0);
    for (int p = firstP; p <= lastP; ++p)
        for (int q = firstQ; q <= lastQ; ++q)
            sum += mix(vec4(0.0), texelFetch(gy, firstOut + p * outWidth + q), isMaximum(first, here, h, w, p, q));
    gx[kFirstTexel + id] = sum;
}
