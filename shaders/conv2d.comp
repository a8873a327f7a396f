// A convolution with its batch norm folded in, followed by include/epilogue.glsl. include/convolve.glsl describes the
// sums and the layout. Dispatch: pixelBlocks * outBlocks invocations, in whole teams.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "convolve.glsl"
#include "epilogue.glsl"

void main()
{
    convolve(1);

    const vec2 scale = blockScale();
    [[unroll]] for (int i = 0; i < kPixels; ++i) {
        [[unroll]] for (int o = 0; o < kOutQuads; ++o) {
            if (isStored(i, o)) {
                const int at = outputTexel(i, o);
                y[at] = finished(sum[i * kOutQuads + o], at, scale);
            }
        }
    }
}
