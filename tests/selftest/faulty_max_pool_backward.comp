// max_pool_backward.comp with the other choice among equals: the last of a window's largest values is the maximum.
#version 450
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"
#define PUSH_MAX_POOL_BACKWARD
#include "interface.h"

layout(constant_id = 1) const int kKernel = 3;
layout(constant_id = 2) const int kStride = 2;
const int kWindows = (kKernel - 1) / kStride + 1; // along an axis; the last begins with the block
const int kBefore = (kWindows - 1) * kStride;     // how far before the block the first begins

layout(set = 0, binding = 0) uniform samplerBuffer x;
layout(set = 0, binding = 1) uniform samplerBuffer gy;
layout(set = 0, binding = 2) writeonly buffer Output { vec4 gx[]; };

int first, top, left; // of x: the plane's first texel, the block's first pixel

bool isInside(int h, int w)
{
    return uint(h) < uint(height) && uint(w) < uint(width);
}

/// In each lane: the tap r * kKernel + s that holds the maximum of the window whose first pixel is (h, w).
ivec4 maximum(int h, int w)
{
    vec4 largest = vec4(uintBitsToFloat(0xff800000u)); // -infinity
    ivec4 tap = ivec4(max(-h, 0) * kKernel + max(-w, 0)); // the first that is not in the padding
    [[unroll]] for (int r = 0; r < kKernel; ++r)
        [[unroll]] for (int s = 0; s < kKernel; ++s) {
            const bool isThere = isInside(h + r, w + s);
            const vec4 value = texelFetch(x, isThere ? first + (h + r) * width + w + s : kZeroTexel);
            const uvec4 isLarger = uvec4(greaterThanEqual(value, largest)) | uvec4(isNotANumber(value));
            const bvec4 isTaken = bvec4(isThere ? isLarger : uvec4(0));
            largest = mix(largest, value, isTaken);
            tap = mix(tap, ivec4(r * kKernel + s), isTaken);
        }
    return tap;
}

void main()
{
    const int id = invocation();
    if (id >= count)
        return;
    const int blocks = rows * columns, quad = quotient(id, blocks), block = id - quad * blocks;
    const int row = quotient(block, columns), column = block - row * columns;
    first = kFirstTexel + quad * height * width;
    top = row * kStride - padding;
    left = column * kStride - padding;
    const int firstOut = kFirstTexel + quad * outHeight * outWidth;
    vec4 sum[kStride * kStride];
    [[unroll]] for (int i = 0; i < kStride * kStride; ++i)
        sum[i] = vec4(0.0);
    [[unroll]] for (int a = 0; a < kWindows; ++a)
        [[unroll]] for (int b = 0; b < kWindows; ++b) {
            const int p = row - kWindows + 1 + a, q = column - kWindows + 1 + b;
            const int r0 = kBefore - a * kStride, s0 = kBefore - b * kStride; // the block's first pixel, as a tap
            const ivec4 tap = maximum(top - r0, left - s0);
            const bool isWindow = uint(p) < uint(outHeight) && uint(q) < uint(outWidth);
            const vec4 g = texelFetch(gy, isWindow ? firstOut + p * outWidth + q : kZeroTexel);
            [[unroll]] for (int i = 0; i < kStride; ++i)
                [[unroll]] for (int j = 0; j < kStride; ++j) {
                    const bool isCovered = r0 + i < kKernel && s0 + j < kKernel;
                    const bvec4 isHere = equal(tap, ivec4(isCovered ? (r0 + i) * kKernel + s0 + j : -1));
                    sum[i * kStride + j] += mix(vec4(0.0), g, isHere);
                }
        }
    [[unroll]] for (int i = 0; i < kStride; ++i)
        [[unroll]] for (int j = 0; j < kStride; ++j)
            if (isInside(top + i, left + j))
                gx[first + (top + i) * width + left + j] = sum[i * kStride + j];
}
