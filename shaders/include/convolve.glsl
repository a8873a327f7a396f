// The sums of a convolution, forward or transposed, for conv2d.comp and conv2d_backward_input.comp.
//
// Forward:    sum[n,k,p,q] = b[k] + sum_{c,r,s} x[n, c, p*stride+r-padding, q*stride+s-padding] * w[k,c,r,s].
// Transposed: sum[n,c,h,w] = sum_{k,r,s} gy[n, k, (h+padding-r)/stride, (w+padding-s)/stride] * w[k,c,r,s], over the
//             taps where the division leaves no rest: the gradient with respect to the forward convolution's input.
// In what follows x is what is read, C its channels and K those of the sums, whichever way it goes.
//
// Packed tensors (packed.glsl). Weights: [K/(4*kOutQuads)][R*S][C/4][kOutQuads][4 lanes of c] texels of four k.
// Each invocation computes kPixels consecutive pixels (of the batch's N*P*Q) times kOutQuads quads of channels, so that
// a fetched input texel serves 4*kOutQuads sums; the weights, the table of team.glsl, serve kPixels pixels of every
// invocation of the team: a team's invocations differ in their pixels only.
// Operands are texel buffers: on software devices those are gathered four values at a time, storage buffers one by one.
// Grouped: C and K count one group's channels here, and a row of weights belongs to one group.
#ifndef CONVOLVE_GLSL
#define CONVOLVE_GLSL
#include "team.glsl"

layout(constant_id = 3) const int kPixels = 7;
const int kOutQuads = kTable / 4;

layout(push_constant) uniform Push {
    int inQuads;        // C/4 of one group
    int outQuads;       // K/4 of the whole output
    int inQuadsTotal;   // C/4 of the whole input
    int outBlocksPerGroup;
    int height, width;  // of x
    int outHeight, outWidth;
    int kernel, stride, padding;
    int pixelCount;     // N*P*Q
    int pixelBlocks;    // ceil(pixelCount / kPixels), and then up to whole teams
    int outBlocks;      // blocks of kOutQuads quads
    int block;          // whose alpha and beta apply; -1: none
    int epilogue;       // see the shader
};

layout(set = 0, binding = 0) uniform samplerBuffer x;
layout(set = 0, binding = 1) uniform samplerBuffer weights;
layout(set = 0, binding = 2) uniform samplerBuffer bias;
layout(set = 0, binding = 3) uniform samplerBuffer operand; // of the epilogue
layout(set = 0, binding = 4) readonly buffer Scales { vec2 alphaBeta[]; };
layout(set = 0, binding = 5) writeonly buffer Output { vec4 y[]; };

int weightAt; // where the table of this turn begins

vec4 tableTexel(int t)
{
    return texelFetch(weights, weightAt + t);
}

/// Along one axis: where tap r of the window at `origin` reads; negative or beyond the extent: nothing.
int tapped(int origin, int r, bool isTransposed)
{
    if (!isTransposed)
        return origin + r;
    // A vector of integers is divided one by one, floats all at once; these are exact.
    const int at = origin - r, q = int((float(at) + 0.5) / float(stride));
    return at >= 0 && q * stride == at ? q : -1;
}

int windowOrigin(int p, bool isTransposed)
{
    return isTransposed ? p + padding : p * stride - padding;
}

const int kNowhere = -0x40000000; // a window's origin that no tap brings inside

int firstPixel, outBlock; // of this invocation

int imageOf[kPixels], outAt[kPixels]; // of every pixel: its image, and the texel of its first output quad

/// Of pixel firstPixel + i and quad outBlock * kOutQuads + o, at [i * kOutQuads + o].
vec4 sum[kPixels * kOutQuads];

/// Computes `sum`. Invocations beyond the last pixel or block take part, for their team; nothing is stored of them.
void convolve(bool isTransposed)
{
    const int id = teamInvocation();
    firstPixel = (id % pixelBlocks) * kPixels;
    outBlock = id / pixelBlocks;
    const int plane = height * width, outPlane = outHeight * outWidth;
    const int firstInQuad = (outBlock / outBlocksPerGroup) * inQuads;

    // Of every pixel: where its window begins. Divisions are dear: the pixels after the first are counted on.
    int image[kPixels], top[kPixels], left[kPixels];
    int n = firstPixel / outPlane, p = (firstPixel - n * outPlane) / outWidth;
    int q = firstPixel - n * outPlane - p * outWidth;
    [[unroll]] for (int i = 0; i < kPixels; ++i) {
        imageOf[i] = n;
        outAt[i] = kFirstTexel + n * outQuads * outPlane + p * outWidth + q;
        image[i] = kFirstTexel + (n * inQuadsTotal + firstInQuad) * plane;
        top[i] = firstPixel + i < pixelCount ? windowOrigin(p, isTransposed) : kNowhere;
        left[i] = windowOrigin(q, isTransposed);
        const bool endsRow = q + 1 == outWidth, endsImage = endsRow && p + 1 == outHeight;
        q = endsRow ? 0 : q + 1;
        p = endsImage ? 0 : endsRow ? p + 1 : p;
        n = endsImage ? n + 1 : n;
    }

    [[unroll]] for (int o = 0; o < kOutQuads; ++o) {
        const vec4 b = texelFetch(bias, outBlock * kOutQuads + o);
        [[unroll]] for (int i = 0; i < kPixels; ++i)
            sum[i * kOutQuads + o] = b;
    }

    // One loop over taps and quads, since the sums would be copied into and out of an inner one.
    weightAt = outBlock * kernel * kernel * inQuads * kTable;
    int r = 0, s = 0, c = 0;
    for (int turn = kernel * kernel * inQuads; turn > 0; --turn) {
        takeTable();
        vec4 value[kPixels];
        [[unroll]] for (int i = 0; i < kPixels; ++i) {
            const int h = tapped(top[i], r, isTransposed), w = tapped(left[i], s, isTransposed);
            const bool isInside = uint(h) < uint(height) && uint(w) < uint(width);
            value[i] = texelFetch(x, isInside ? image[i] + c * plane + h * width + w : kZeroTexel);
        }
        // In this order a sum and the sixteen weights it needs stay in registers.
        [[unroll]] for (int o = 0; o < kOutQuads; ++o) {
            const vec4 w0 = table(o * 4), w1 = table(o * 4 + 1), w2 = table(o * 4 + 2), w3 = table(o * 4 + 3);
            [[unroll]] for (int i = 0; i < kPixels; ++i) {
                const vec4 v = value[i];
                const int at = i * kOutQuads + o;
                sum[at] = sum[at] + w0 * v.x + w1 * v.y + w2 * v.z + w3 * v.w;
            }
        }
        weightAt += kTable;
        const bool endsTap = c + 1 == inQuads, endsRow = endsTap && s + 1 == kernel;
        c = endsTap ? 0 : c + 1;
        s = endsRow ? 0 : endsTap ? s + 1 : s;
        r = endsRow ? r + 1 : r;
    }
}

bool isStored(int i, int o)
{
    return firstPixel + i < pixelCount && outBlock < outBlocks && outBlock * kOutQuads + o < outQuads;
}

/// The texel of pixel firstPixel + i and quad outBlock * kOutQuads + o in the packed output.
int outputTexel(int i, int o)
{
    return outAt[i] + (outBlock * kOutQuads + o) * outHeight * outWidth;
}

#endif
