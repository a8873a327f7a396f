// y[n,c,p,q] = sum_{r,s} b_r b_s x[n, c, mirrored(p*stride+r-padding), mirrored(q*stride+s-padding)]; b are the binomial
// coefficients of the kernel, whose sum is 1. The edges themselves are not repeated.
// Backward: gx[n,c,h,w] = the sum of b_r b_s gy over every window and tap that reads (h, w), also by its mirror images.
// Packed tensors. Dispatch: ceil(count / local_size_x) groups, count = N*C/4*P*Q, backward N*C/4*H*W.
#version 450
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"
#define PUSH_POOL
#include "interface.h"

layout(constant_id = 1) const int kKernel = 3;
layout(constant_id = 2) const int kStride = 2;
layout(constant_id = 3) const bool kIsBackward = false;

layout(set = 0, binding = 0) uniform samplerBuffer from; // x, backward gy
layout(set = 0, binding = 1) writeonly buffer Output { vec4 to[]; };

/// C(kKernel - 1, tap) / 2^(kKernel - 1)
float weight(int tap)
{
    float value = 1.0;
    for (int i = 0; i < tap; ++i)
        value *= float(kKernel - 1 - i) / float(i + 1);
    return value / float(1 << (kKernel - 1));
}

int mirrored(int place, int extent)
{
    return place < 0 ? -place : place >= extent ? 2 * (extent - 1) - place : place;
}

vec4 blurred(int first, int p, int q)
{
    const int top = p * kStride - padding, left = q * kStride - padding;
    vec4 sum = vec4(0.0);
    [[unroll]] for (int r = 0; r < kKernel; ++r)
        [[unroll]] for (int s = 0; s < kKernel; ++s)
            sum += weight(r) * weight(s) *
                   texelFetch(from, first + mirrored(top + r, height) * width + mirrored(left + s, width));
    return sum;
}

/// The place of pixel `pixel`, or of one of its two mirror images; -1 - kKernel, which no window reads, if it has none.
int image(int pixel, int which, int extent)
{
    const int none = -1 - kKernel, last = extent - 1;
    return which == 0 ? pixel : which == 1 ? (pixel > 0 ? -pixel : none) : pixel < last ? 2 * last - pixel : none;
}

/// The output whose tap `tap` is at `place`; -1: none.
int outputAt(int place, int tap, int outExtent)
{
    const int down = place + padding - tap, p = quotient(max(down, 0), kStride);
    return p * kStride == down && p < outExtent ? p : -1;
}

vec4 gradient(int first, int h, int w)
{
    vec4 sum = vec4(0.0);
    for (int i = 0; i < 3; ++i)
        [[unroll]] for (int r = 0; r < kKernel; ++r) {
            const int p = outputAt(image(h, i, height), r, outHeight);
            for (int j = 0; j < 3; ++j)
                [[unroll]] for (int s = 0; s < kKernel; ++s) {
                    const int q = outputAt(image(w, j, width), s, outWidth);
                    sum += weight(r) * weight(s) *
                           texelFetch(from, p >= 0 && q >= 0 ? first + p * outWidth + q : kZeroTexel);
                }
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
                                      : blurred(kFirstTexel + quad * height * width, row, column);
}
