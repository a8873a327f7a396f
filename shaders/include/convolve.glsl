// The sums of a convolution, forward or transposed, for conv2d.comp and conv2d_backward_input.comp.
//
// Forward:    sum[n,k,p,q] = b[k] + sum_{c,r,s} x[n, c, p*stride+r*dilation-padding, q*stride+s*dilation-padding] * w[k,c,r,s].
// Transposed: sum[n,c,h,w] = sum_{k,r,s} gy[n, k, (h+padding-r*dilation)/stride, (w+padding-s*dilation)/stride] * w[k,c,r,s], over the
//             taps without a remainder in the division: the gradient with respect to the forward convolution's input.
// Below, in both directions, x is the tensor that is read, C its channels, and K the channels of the sums.
//
// Packed tensors (packed.glsl). Weights: [K/(4*kOutQuads)][R*S][C/4][kOutQuads][4 lanes of c] texels of four k.
// Each invocation computes kPixels consecutive pixels (of the batch's N*P*Q) times kOutQuads quads of channels, so a
// fetched input texel serves 4*kOutQuads sums. A team's invocations differ only in their pixels, so the weights, the
// table of team.glsl, serve kPixels pixels of every invocation of the team.
// Operands are texel buffers: software devices gather those four values at a time, storage buffers one by one.
// Transposed with a stride, the pixels (h+padding, w+padding) of one residue meet only the taps of that residue. So
// each residue has its own dispatch, over those pixels and taps, and this code divides nothing.
// Grouped: C and K count one group's channels here, and a row of weights belongs to one group.
#ifndef CONVOLVE_GLSL
#define CONVOLVE_GLSL
#include "operands.glsl"
#define PUSH_CONVOLVE
#include "interface.h"

layout(constant_id = 3) const int kPixels = 7;
layout(constant_id = 4) const bool kIsPointwise = false; // one tap, no padding: no window reaches beyond x
layout(constant_id = 5) const int kTapPixels = 1;        // in x, between two consecutive taps
const int kOutQuads = kTable / 4;

const int kNowhere = -0x40000000; // a window's origin that no tap brings inside; a texel index that stays below 0

int firstPixel, outBlock; // for this invocation

int imageOf[kPixels], outAt[kPixels]; // for every pixel: its image, and the texel of its first output quad

/// The sum for pixel firstPixel + i and quad outBlock * kOutQuads + o is at [i * kOutQuads + o].
vec4 sum[kPixels * kOutQuads];

/// Computes `sum`. The next tap lies kTapPixels further in x, or kTapPixels before if `sign` is -1. Invocations beyond
/// the last pixel or block take part, for their team; their sums are not stored.
void convolve(int sign)
{
    const int direction = sign * kTapPixels;
    const int id = teamInvocation();
    outBlock = quotient(id, pixelBlocks);
    firstPixel = (id - outBlock * pixelBlocks) * kPixels;
    const int plane = size.x * size.y, outPlane = outSize.x * outSize.y, gridPlane = grid.x * grid.y;
    const int firstInQuad = quotient(outBlock, outBlocksPerGroup) * inQuads;

    // Each pixel's window origin, as a texel and as a row and column. Pixels after the first are counted on from it.
    int first[kPixels], top[kPixels], left[kPixels];
    int n = quotient(firstPixel, gridPlane), p = quotient(firstPixel - n * gridPlane, grid.y);
    int q = firstPixel - n * gridPlane - p * grid.y;
    [[unroll]] for (int i = 0; i < kPixels; ++i) {
        imageOf[i] = n;
        outAt[i] = kFirstTexel + n * outQuads * outPlane + (p * outStep + outFirst.x) * outSize.y + q * outStep +
                   outFirst.y;
        const bool isPixel = firstPixel + i < pixelCount;
        top[i] = isPixel ? p * originStep + origin.x : kNowhere;
        left[i] = q * originStep + origin.y;
        first[i] = isPixel ? kFirstTexel + (n * inQuadsTotal + firstInQuad) * plane + top[i] * size.y + left[i] : kNowhere;
        const bool endsRow = q + 1 == grid.y, endsImage = endsRow && p + 1 == grid.x;
        q = endsRow ? 0 : q + 1;
        p = endsImage ? 0 : endsRow ? p + 1 : p;
        n = endsImage ? n + 1 : n;
    }

    [[unroll]] for (int o = 0; o < kOutQuads; ++o) {
        const vec4 b = texelFetch(bias, outBlock * kOutQuads + o);
        [[unroll]] for (int i = 0; i < kPixels; ++i)
            sum[i * kOutQuads + o] = b;
    }

    // One loop covers taps and quads, because the sums would be copied into and out of an inner one. The push block is
    // read before it: llvmpipe would read it again in every turn, partly lane by lane.
    const int quads = inQuads, height = size.x, width = size.y, lastColumn = taps.y - 1;
    // The steps from the end of a tap to the beginning of the next, in the same row of the kernel and in the next row:
    // for the table, and for the texel of x.
    const int tapTable = (tapStep - 1) * quads * kTable, tapTexel = direction - quads * plane;
    const int rowTable = ((kernel - lastColumn) * tapStep - 1) * quads * kTable;
    const int rowTexel = direction * (width - lastColumn) - quads * plane;
    prepareTable();
    tableAt = (outBlock * kernel * kernel + firstTap.x * kernel + firstTap.y) * quads * kTable;
    int r = 0, s = 0, c = 0, from = 0; // the tap and the quad; in x, how many texels they are after the first
    for (int turn = taps.x * taps.y * quads; turn > 0; --turn) {
        takeTable();
        vec4 value[kPixels];
        [[unroll]] for (int i = 0; i < kPixels; ++i) {
            const bool isInside = kIsPointwise || (uint(top[i] + r) < uint(height) && uint(left[i] + s) < uint(width));
            value[i] = texelFetch(x, isInside ? max(first[i] + from, kZeroTexel) : kZeroTexel);
        }
        // In this order a sum and its sixteen weights stay in registers.
        [[unroll]] for (int o = 0; o < kOutQuads; ++o) {
            const vec4 w0 = table(o * 4), w1 = table(o * 4 + 1), w2 = table(o * 4 + 2), w3 = table(o * 4 + 3);
            [[unroll]] for (int i = 0; i < kPixels; ++i) {
                const vec4 v = value[i];
                const int at = i * kOutQuads + o;
                sum[at] = sum[at] + w0 * v.x + w1 * v.y + w2 * v.z + w3 * v.w;
            }
        }
        const bool endsTap = c + 1 == quads, endsRow = endsTap && s == direction * lastColumn;
        tableAt += kTable + (endsRow ? rowTable : endsTap ? tapTable : 0);
        from += plane + (endsRow ? rowTexel : endsTap ? tapTexel : 0);
        c = endsTap ? 0 : c + 1;
        s = endsRow ? 0 : endsTap ? s + direction : s;
        r = endsRow ? r + direction : r;
    }
}

bool isStored(int i, int o)
{
    return firstPixel + i < pixelCount && outBlock < outBlocks && outBlock * kOutQuads + o < outQuads;
}

/// The texel of pixel firstPixel + i and quad outBlock * kOutQuads + o in the packed output.
int outputTexel(int i, int o)
{
    return outAt[i] + (outBlock * kOutQuads + o) * outSize.x * outSize.y;
}

#endif
