// The fully connected layer.
#pragma once

#include "nn/ops.h"
#include "tensor/tensor.h"

#include <span>
#include <vector>

namespace reslens::reference {

/// y[n,k] = sum_c w[k,c] * x[n,c] + b[k]; x is (N,C,1,1), w is (K,C,1,1), the result (N,K,1,1).
Tensor linear(const nn::Linear &op, const Tensor &x, const Tensor &w, std::span<const float> b);

/// gx[n,c] = sum_k gy[n,k] * w[k,c]
Tensor linearBackwardInput(const nn::Linear &op, const Tensor &gy, const Tensor &w);

/// gw[k,c] = sum_n gy[n,k] * x[n,c]
Tensor linearBackwardWeights(const nn::Linear &op, const Tensor &x, const Tensor &gy);

/// gb[k] = sum_n gy[n,k]
std::vector<float> linearBackwardBias(const nn::Linear &op, const Tensor &gy);

} // namespace reslens::reference
