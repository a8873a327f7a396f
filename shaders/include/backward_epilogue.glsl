// Follows the gradient with respect to a convolution's input, as `epilogue` asks: multiplies by a factor
// (block_factor.glsl). kMasks: masks by the ReLU before the convolution; `operand` is its output. kSharesMask:
// `operand` has one image, which masks all. The includer declares operand, alphaBeta, block and epilogue.
#ifndef BACKWARD_EPILOGUE_GLSL
#define BACKWARD_EPILOGUE_GLSL

#include "block_factor.glsl"

/// The value for texel `at` of gx, in image `n`. If the ReLU passed on a NaN, the gradient passes, as in PyTorch.
vec4 finished(vec4 value, int at, int n, int imageTexels, float factor)
{
    value *= factor;
    if ((epilogue & kMasks) != 0) {
        const int maskAt = (epilogue & kSharesMask) != 0 ? at - n * imageTexels : at;
        value = mix(value, vec4(0.0), lessThanEqual(texelFetch(operand, maskAt), vec4(0.0)));
    }
    return value;
}

#endif
