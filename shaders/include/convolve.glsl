// The sums of a convolution, forward or transposed, for conv2d.comp and conv2d_backward_input.comp.
//
// Forward:    sum[n,k,p,q] = b[k] + sum_{c,r,s} x[n, c, p*stride+r-padding, q*stride+s-padding] * w[k,c,r,s].
// Transposed: sum[n,c,h,w] = sum_{k,r,s} gy[n, k, (h+padding-r)/stride, (w+padding-s)/stride] * w[k,c,r,s], over the
//             taps where the division leaves no rest: the gradient with respect to the forward convolution's input.
// In what follows x is what is read, C its channels and K those of the sums, whichever way it goes.
//
// Packed tensors (packed.glsl). Weights: [K/(4*kOutQuads)][R*S][C/4][4 lanes of c][kOutQuads] texels of four k.
// Each invocation computes kPixels consecutive pixels (of the batch's N*P*Q) times kOutQuads quads of channels, so that
// a fetched input texel serves 4*kOutQuads sums and a fetched weight texel kPixels of them. Operands are texel buffers:
// on software devices those are gathered four values at a time, storage buffers one by one.
// Grouped: C and K count one group's channels here, and a row of weights belongs to one group.
#ifndef CONVOLVE_GLSL
#define CONVOLVE_GLSL
#extension GL_EXT_control_flow_attributes : require
#include "packed.glsl"

layout(constant_id = 1) const int kPixels = 14;
layout(constant_id = 2) const int kOutQuads = 4;

layout(push_constant) uniform Push {
    int inQuads;        // C/4 of one group
    int outQuads;       // K/4 of the whole output
    int inQuadsTotal;   // C/4 of the whole input
    int outBlocksPerGroup;
    int height, width;  // of x
    int outHeight, outWidth;
    int kernel, stride, padding;
    int pixelCount;     // N*P*Q
    int pixelBlocks;    // ceil(pixelCount / kPixels)
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

/// Along one axis: where tap r of the window at `origin` reads; negative or beyond the extent: nothing.
int tapped(int origin, int r, bool isTransposed)
{
    if (!isTransposed)
        return origin + r;
    const int at = origin - r, q = at / stride;
    return at >= 0 && q * stride == at ? q : -1;
}

int windowOrigin(int p, bool isTransposed)
{
    return isTransposed ? p + padding : p * stride - padding;
}

/// Of pixel firstPixel + i and quad outBlock * kOutQuads + o, at [i * kOutQuads + o].
vec4 sum[kPixels * kOutQuads];

/// Computes `sum`.
void convolve(int firstPixel, int outBlock, bool isTransposed)
{
    const int plane = height * width, outPlane = outHeight * outWidth;
    const int firstInQuad = (outBlock / outBlocksPerGroup) * inQuads;

    // Of every pixel: where its window begins.
    int image[kPixels], top[kPixels], left[kPixels];
    [[unroll]] for (int i = 0; i < kPixels; ++i) {
        const int pixel = min(firstPixel + i, pixelCount - 1);
        const int n = pixel / outPlane, inPlane = pixel - n * outPlane, p = inPlane / outWidth;
        image[i] = kFirstTexel + (n * inQuadsTotal + firstInQuad) * plane;
        top[i] = windowOrigin(p, isTransposed);
        left[i] = windowOrigin(inPlane - p * outWidth, isTransposed);
    }

    [[unroll]] for (int o = 0; o < kOutQuads; ++o) {
        const vec4 b = texelFetch(bias, outBlock * kOutQuads + o);
        [[unroll]] for (int i = 0; i < kPixels; ++i)
            sum[i * kOutQuads + o] = b;
    }

    int weightAt = outBlock * kernel * kernel * inQuads * 4 * kOutQuads;
    for (int r = 0; r < kernel; ++r) {
        for (int s = 0; s < kernel; ++s) {
            int texel[kPixels], advance[kPixels];
            [[unroll]] for (int i = 0; i < kPixels; ++i) {
                const int h = tapped(top[i], r, isTransposed), w = tapped(left[i], s, isTransposed);
                const bool isInside = uint(h) < uint(height) && uint(w) < uint(width);
                texel[i] = isInside ? image[i] + h * width + w : kZeroTexel;
                advance[i] = isInside ? plane : 0;
            }
            for (int c = 0; c < inQuads; ++c) {
                vec4 value[kPixels];
                [[unroll]] for (int i = 0; i < kPixels; ++i) {
                    value[i] = texelFetch(x, texel[i]);
                    texel[i] += advance[i];
                }
                [[unroll]] for (int lane = 0; lane < 4; ++lane) {
                    [[unroll]] for (int o = 0; o < kOutQuads; ++o) {
                        const vec4 w = texelFetch(weights, weightAt + lane * kOutQuads + o);
                        [[unroll]] for (int i = 0; i < kPixels; ++i)
                            sum[i * kOutQuads + o] += w * value[i][lane];
                    }
                }
                weightAt += 4 * kOutQuads;
            }
        }
    }
}

/// The texel of quad `quad` at pixel `pixel` in the packed output.
int outputTexel(int pixel, int quad)
{
    const int outPlane = outHeight * outWidth, n = pixel / outPlane;
    return kFirstTexel + (n * outQuads + quad) * outPlane + (pixel - n * outPlane);
}

#endif
