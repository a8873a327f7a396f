// gw[k,c,r,s] = factor * sum_{n,p,q} gy[n,k,p,q] * x[n, c, p*stride+r-padding, q*stride+s-padding]: the gradient with
// respect to a convolution's (folded) weights. The factor is 1 or the block's beta or alpha.
//
// Packed tensors (include/packed.glsl). Each invocation computes 4*kOutQuads outputs k times 4*kInQuads inputs c of one
// tap, over one of `chunks` shares of the pixels. Result, as four-k texels:
// [chunk][K/(4*kOutQuads)][R*S][C/(4*kInQuads)][4*kInQuads lanes of c][kOutQuads]; chunks are summed afterwards, in
// order, so that the bits are the same every time.
// Grouped: C and K count one group's channels in the row of weights of an output block.
// Dispatch: ceil(chunks * outBlocks * taps * inBlocks / local_size_x) groups.
#version 450
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
#include "packed.glsl"

layout(constant_id = 1) const int kInQuads = 4;
layout(constant_id = 2) const int kOutQuads = 4;

layout(push_constant) uniform Push {
    int inQuads, outQuads; // C/4 of one group, K/4 of all
    int inQuadsTotal;
    int outBlocksPerGroup, outBlocks, inBlocks;
    int height, width, outHeight, outWidth;
    int kernel, stride, padding;
    int pixelCount, chunks;
    int block, epilogue; // bit 0: times alpha; bit 1: times beta
};

layout(set = 0, binding = 0) uniform samplerBuffer x;
layout(set = 0, binding = 1) uniform samplerBuffer gy;
layout(set = 0, binding = 2) readonly buffer Scales { vec2 alphaBeta[]; };
layout(set = 0, binding = 3) writeonly buffer Output { vec4 gw[]; };

const int kAlpha = 1, kBeta = 2;

void main()
{
    const int id = invocation(), taps = kernel * kernel;
    if (id >= chunks * outBlocks * taps * inBlocks)
        return;
    const int inBlock = id % inBlocks, tap = id / inBlocks % taps;
    const int outBlock = id / (inBlocks * taps) % outBlocks, chunk = id / (inBlocks * taps * outBlocks);
    const int r = tap / kernel, s = tap - r * kernel;
    const int plane = height * width, outPlane = outHeight * outWidth;
    const int firstInQuad = (outBlock / outBlocksPerGroup) * inQuads + inBlock * kInQuads;

    vec4 sum[kInQuads * 4 * kOutQuads]; // [lane of c][quad of k]
    [[unroll]] for (int i = 0; i < kInQuads * 4 * kOutQuads; ++i)
        sum[i] = vec4(0.0);

    const int share = (pixelCount + chunks - 1) / chunks;
    const int begin = chunk * share, end = min(begin + share, pixelCount);
    for (int pixel = begin; pixel < end; ++pixel) {
        const int n = pixel / outPlane, inPlane = pixel - n * outPlane, p = inPlane / outWidth;
        const int h = p * stride - padding + r, w = (inPlane - p * outWidth) * stride - padding + s;
        const bool isInside = uint(h) < uint(height) && uint(w) < uint(width);
        const int fromX = kFirstTexel + (n * inQuadsTotal + firstInQuad) * plane + h * width + w;
        const int fromGy = kFirstTexel + (n * outQuads + outBlock * kOutQuads) * outPlane + inPlane;
        vec4 g[kOutQuads];
        [[unroll]] for (int o = 0; o < kOutQuads; ++o)
            g[o] = texelFetch(gy, outBlock * kOutQuads + o < outQuads ? fromGy + o * outPlane : kZeroTexel);
        [[unroll]] for (int i = 0; i < kInQuads; ++i) {
            const bool isThere = isInside && inBlock * kInQuads + i < inQuads;
            const vec4 value = texelFetch(x, isThere ? fromX + i * plane : kZeroTexel);
            [[unroll]] for (int lane = 0; lane < 4; ++lane)
                [[unroll]] for (int o = 0; o < kOutQuads; ++o)
                    sum[(i * 4 + lane) * kOutQuads + o] += g[o] * value[lane];
        }
    }

    float factor = 1.0;
    if ((epilogue & kAlpha) != 0)
        factor = alphaBeta[block].x;
    if ((epilogue & kBeta) != 0)
        factor = alphaBeta[block].y;
    const int first = id * kInQuads * 4 * kOutQuads;
    // id is ((chunk * outBlocks + outBlock) * taps + tap) * inBlocks + inBlock: just the order of the result.
    [[unroll]] for (int i = 0; i < kInQuads * 4 * kOutQuads; ++i)
        gw[first + i] = factor * sum[i];
}
