// y[n,c,p,q] = sum_{r,s} x[n, c, p*stride+r-padding, q*stride+s-padding] / (rows * columns). A window counts the rows
// and columns that lie in x or, with kCountsPadding, in its padding.
// Backward: gx[n,c,h,w] = the sum of gy / (rows * columns) over the windows that contain (h, w).
// Packed tensors. Dispatch: ceil(count / local_size_x) groups, count = N*C/4*P*Q, backward N*C/4*H*W.
#version 450
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"
#define PUSH_POOL
#include "interface.h"

layout(constant_id = 1) const int kKernel = 2;
layout(constant_id = 2) const int kStride = 2;
layout(constant_id = 3) const bool kCountsPadding = true;
layout(constant_id = 4) const bool kIsBackward = false;

layout(set = 0, binding = 0) uniform samplerBuffer from; // x, backward gy
layout(set = 0, binding = 1) writeonly buffer Output { vec4 to[]; };

/// The rows or columns that count in the window that begins at `start`; x has `extent` of them.
int counted(int start, int extent)
{
    return kCountsPadding ? min(start + kKernel, extent + padding) - start
                          : min(start + kKernel, extent) - max(start, 0);
}

vec4 mean(int first, int p, int q)
{
    const int top = p * kStride - padding, left = q * kStride - padding;
    vec4 sum = vec4(0.0);
    [[unroll]] for (int r = 0; r < kKernel; ++r)
        [[unroll]] for (int s = 0; s < kKernel; ++s) {
            const bool isInside = uint(top + r) < uint(height) && uint(left + s) < uint(width);
            sum += texelFetch(from, isInside ? first + (top + r) * width + left + s : kZeroTexel);
        }
    return sum / float(counted(top, height) * counted(left, width));
}

vec4 gradient(int first, int h, int w)
{
    vec4 sum = vec4(0.0);
    [[unroll]] for (int r = 0; r < kKernel; ++r)
        [[unroll]] for (int s = 0; s < kKernel; ++s) {
            const int down = h + padding - r, right = w + padding - s; // the window's origin if (h, w) is its tap (r, s)
            const int p = quotient(max(down, 0), kStride), q = quotient(max(right, 0), kStride);
            const bool isWindow = p * kStride == down && q * kStride == right && p < outHeight && q < outWidth;
            const vec4 g = texelFetch(from, isWindow ? first + p * outWidth + q : kZeroTexel);
            sum += g / float(max(counted(down - padding, height) * counted(right - padding, width), 1));
        }
    return sum;
}

void main()
{
    const int i = invocation();
    if (i >= count)
        return;
    const int columns = kIsBackward ? width : outWidth, plane = columns * (kIsBackward ? height : outHeight);
    const int quad = quotient(i, plane), inPlane = i - quad * plane; // among all N*C/4 quads
    const int row = quotient(inPlane, columns), column = inPlane - row * columns;
    to[kFirstTexel + i] = kIsBackward ? gradient(kFirstTexel + quad * outHeight * outWidth, row, column)
                                      : mean(kFirstTexel + quad * height * width, row, column);
}
