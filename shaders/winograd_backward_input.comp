// The gradient with respect to the input of a 3x3 convolution, which is a convolution with the filters rotated by half
// a turn, followed by include/backward_epilogue.glsl. include/winograd.glsl describes the sums and the layout.
// Dispatch: teamTiles * outBlocks invocations, in whole teams.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "winograd.glsl"
#include "backward_epilogue.glsl"

void main()
{
    multiply();

    const float factor = blockFactor();
    const int imageTexels = outQuads * size.x * size.y;
    [[unroll]] for (int o = 0; o < kOutQuads; ++o) {
        vec4 tile[16];
        outputTile(o, tile);
        [[unroll]] for (int i = 0; i < 4; ++i)
            [[unroll]] for (int j = 0; j < 4; ++j) {
                if (isStored(i, j, o)) {
                    const int at = outputTexel(i, j, o);
                    y[at] = finished(tile[i * 4 + j], at, image, imageTexels, factor);
                }
            }
    }
}
