// A convolution with its batch norm folded in, and, as `epilogue` asks: bit 0: y = alpha * operand + beta * y (the
// block's addition; operand is the shortcut), then bit 1: y = max(y, 0).
// The sums and the layout: include/convolve.glsl. Dispatch: ceil(pixelBlocks * outBlocks / local_size_x) groups.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "convolve.glsl"

const int kAddsShortcut = 1, kHasRelu = 2;

void main()
{
    const int id = invocation();
    if (id >= pixelBlocks * outBlocks)
        return;
    const int firstPixel = (id % pixelBlocks) * kPixels, outBlock = id / pixelBlocks;
    convolve(firstPixel, outBlock, false);

    const vec2 scale = block >= 0 ? alphaBeta[block] : vec2(1.0);
    [[unroll]] for (int i = 0; i < kPixels; ++i) {
        [[unroll]] for (int o = 0; o < kOutQuads; ++o) {
            const int quad = outBlock * kOutQuads + o;
            if (firstPixel + i < pixelCount && quad < outQuads) {
                const int at = outputTexel(firstPixel + i, quad);
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
