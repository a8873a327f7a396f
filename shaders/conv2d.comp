// A convolution with its batch norm folded in, and, as `epilogue` asks: bit 0: y = alpha * operand + beta * y (the
// block's addition; operand is the shortcut), then bit 1: y = max(y, 0).
// The sums and the layout: include/convolve.glsl. Dispatch: pixelBlocks * outBlocks invocations, in whole teams.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "convolve.glsl"

const int kAddsShortcut = 1, kHasRelu = 2;

void main()
{
    convolve(1);

    const vec2 scale = block >= 0 ? alphaBeta[block] : vec2(1.0);
    [[unroll]] for (int i = 0; i < kPixels; ++i) {
        [[unroll]] for (int o = 0; o < kOutQuads; ++o) {
            if (isStored(i, o)) {
                const int at = outputTexel(i, o);
                vec4 value = sum[i * kOutQuads + o];
                if ((epilogue & kAddsShortcut) != 0)
                    value = scale.x * texelFetch(operand, at) + scale.y * value;
                if ((epilogue & kHasRelu) != 0)
                    value = rectified(value);
                y[at] = value;
            }
        }
    }
}
