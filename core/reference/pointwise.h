// Operations that keep the shape: ReLU, addition, batch norm, softmax.
#pragma once

#include "nn/executor.h"
#include "tensor/tensor.h"

#include <span>
#include <vector>

namespace reslens::reference {

/// y = max(x, 0). A NaN stays a NaN, so that a broken checkpoint shows.
Tensor relu(const Tensor &x);

/// gx = m * gy with m = [y > 0], where y is the output. If y is NaN, gy passes, as in PyTorch.
Tensor reluBackward(const Tensor &y, const Tensor &gy);

/// Leaky ReLU or SiLU. The gradient needs the input x, since SiLU is not monotonous.
Tensor activate(const nn::Activate &op, const Tensor &x);
Tensor activateBackward(const nn::Activate &op, const Tensor &x, const Tensor &gy);

/// u = alpha * s + beta * F; s and F have the same shape.
Tensor add(const Tensor &s, const Tensor &F, const nn::BlockScale &scale);

/// The gradients at the two inputs of an addition.
struct AddGradients {
    Tensor gs, gF;
};

/// gs = alpha * gu, gF = beta * gu
AddGradients addBackward(const Tensor &gu, const nn::BlockScale &scale);

/// The parameters of a batch norm in evaluation mode, an affine map: one value per channel each.
struct BatchNormParameters {
    std::span<const float> gamma, beta, mean, variance;
};

Tensor batchNorm(const nn::BatchNorm &op, const Tensor &x, const BatchNormParameters &parameters);

/// The gradient of x; ignores `beta`.
Tensor batchNormBackwardInput(const nn::BatchNorm &op, const Tensor &gy, const BatchNormParameters &parameters);

/// The gradients per channel, summed over the images.
struct BatchNormGradients {
    std::vector<float> ggamma, gbeta;
};
BatchNormGradients batchNormBackwardParameters(const nn::BatchNorm &op, const Tensor &x, const Tensor &gy,
                                               const BatchNormParameters &parameters);

/// p[n,k] = exp(x[n,k] - m) / sum_j exp(x[n,j] - m). With m = max_j x[n,j] no exponential overflows. (N,K,1,1).
Tensor softmax(const Tensor &x);

/// gx[n,k] = p[n,k] * (gp[n,k] - sum_j p[n,j] * gp[n,j]), with p the probabilities. It is computed as p[n,k] * sum_j
/// p[n,j] * (gp[n,k] - gp[n,j]): the same because they sum to 1, and it keeps its digits if one of them is almost 1.
Tensor softmaxBackward(const Tensor &p, const Tensor &gp);

} // namespace reslens::reference
