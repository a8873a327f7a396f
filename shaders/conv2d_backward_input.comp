// gx = factor * w^T gy: the gradient with respect to a convolution's input. The factor is 1, or, as `epilogue` asks,
// the block's alpha (bit 0) or beta (bit 1); bit 2: gx is then masked by [operand > 0], the ReLU before the convolution;
// bit 3: operand has one image, which masks all.
// The sums and the layout: include/convolve.glsl. A dispatch for every residue of the stride: pixelBlocks * outBlocks invocations, in whole teams.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "convolve.glsl"

const int kAlpha = 1, kBeta = 2, kMasks = 4, kSharesMask = 8;

void main()
{
    convolve(-1);

    const vec2 scale = block >= 0 ? alphaBeta[block] : vec2(1.0);
    [[unroll]] for (int i = 0; i < kPixels; ++i) {
        [[unroll]] for (int o = 0; o < kOutQuads; ++o) {
            if (isStored(i, o)) {
                const int at = outputTexel(i, o);
                vec4 value = sum[i * kOutQuads + o];
                if ((epilogue & kAlpha) != 0)
                    value *= scale.x;
                if ((epilogue & kBeta) != 0)
                    value *= scale.y;
                if ((epilogue & kMasks) != 0) {
                    const int imageTexels = outQuads * outSize.x * outSize.y;
                    const int maskAt = (epilogue & kSharesMask) != 0 ? at - imageOf[i] * imageTexels : at;
                    value = mix(vec4(0.0), value, greaterThan(texelFetch(operand, maskAt), vec4(0.0)));
                }
                y[at] = value;
            }
        }
    }
}
