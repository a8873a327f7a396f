// Packs weights into memory of the test's own.
#pragma once

#include "engine/packing.h"

#include <vector>

namespace reslens::test {

struct Packed : engine::PackedConvolution {
    std::vector<float> weights, bias;

    explicit Packed(const nn::Conv2d &conv)
        : PackedConvolution(engine::packedLayout(conv)), weights(weightFloats()), bias(biasFloats())
    {
    }
};

inline Packed packed(const nn::Conv2d &op, std::span<const float> weights, std::span<const double> scale,
                     std::span<const double> bias)
{
    Packed result(op);
    engine::packConvolution(op, weights, scale, bias, result.weights, result.bias);
    return result;
}

inline Packed packedTransposed(const nn::Conv2d &op, std::span<const float> weights, std::span<const double> scale)
{
    Packed result(engine::transposed(op));
    engine::packTransposed(op, weights, scale, result.weights, result.bias);
    return result;
}

} // namespace reslens::test
