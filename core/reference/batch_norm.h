// Batch normalisation in evaluation mode: an affine map per channel.
#pragma once

#include "nn/ops.h"
#include "tensor/tensor.h"

#include <span>
#include <vector>

namespace reslens::reference {

/// One value per channel each.
struct BatchNormParameters {
    std::span<const float> gamma, beta, mean, variance;
};

Tensor batchNorm(const nn::BatchNorm &op, const Tensor &x, const BatchNormParameters &parameters);

/// The gradient of x; `beta` is not looked at.
Tensor batchNormBackwardInput(const nn::BatchNorm &op, const Tensor &gy, const BatchNormParameters &parameters);

/// Per channel, summed over the images.
struct BatchNormGradients {
    std::vector<float> ggamma, gbeta;
};
BatchNormGradients batchNormBackwardParameters(const nn::BatchNorm &op, const Tensor &x, const Tensor &gy,
                                               const BatchNormParameters &parameters);

} // namespace reslens::reference
