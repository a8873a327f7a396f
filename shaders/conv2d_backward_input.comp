// gx = factor * w^T gy: the gradient with respect to a convolution's input, followed by include/backward_epilogue.glsl.
// include/convolve.glsl describes the sums and the layout. There is one dispatch for every residue of the stride:
// pixelBlocks * outBlocks invocations, in whole teams.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "convolve.glsl"
#include "backward_epilogue.glsl"

void main()
{
    convolve(-1);

    const float factor = blockFactor();
    const int imageTexels = outQuads * outSize.x * outSize.y;
    [[unroll]] for (int i = 0; i < kPixels; ++i) {
        [[unroll]] for (int o = 0; o < kOutQuads; ++o) {
            if (isStored(i, o)) {
                const int at = outputTexel(i, o);
                y[at] = finished(sum[i * kOutQuads + o], at, imageOf[i], imageTexels, factor);
            }
        }
    }
}
