// Batch normalisation in evaluation mode: an affine map per channel.
#pragma once

#include "nn/ops.h"
#include "tensor/tensor.h"

#include <span>

namespace reslens::reference {

/// One value per channel each.
struct BatchNormParameters {
    std::span<const float> gamma, beta, mean, variance;
};

Tensor batchNorm(const nn::BatchNorm &op, const Tensor &x, const BatchNormParameters &parameters);

} // namespace reslens::reference
