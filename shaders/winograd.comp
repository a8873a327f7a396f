// A 3x3 convolution with its batch norm folded in, followed by include/epilogue.glsl. include/winograd.glsl describes
// the sums and the layout. Dispatch: teamTiles * outBlocks invocations, in whole teams.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "winograd.glsl"
#include "epilogue.glsl"

void main()
{
    multiply();

    const vec2 scale = blockScale();
    [[unroll]] for (int o = 0; o < kOutQuads; ++o) {
        vec4 tile[16];
        outputTile(o, tile);
        [[unroll]] for (int i = 0; i < 4; ++i)
            [[unroll]] for (int j = 0; j < 4; ++j) {
                if (isStored(i, j, o)) {
                    const int at = outputTexel(i, j, o);
                    y[at] = finished(tile[i * 4 + j], at, scale);
                }
            }
    }
}
