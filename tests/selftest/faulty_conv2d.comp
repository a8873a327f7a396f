// conv2d.comp that forgets the ReLU that is fused into it, as only the fast mode does.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "convolve.glsl"

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
                y[at] = value;
            }
        }
    }
}
