// The fully connected layer.
#pragma once

#include "nn/ops.h"
#include "tensor/tensor.h"

#include <span>

namespace reslens::reference {

/// y[n,k] = sum_c w[k,c] * x[n,c] + b[k]; x is (N,C,1,1), w is (K,C,1,1), the result (N,K,1,1).
Tensor linear(const nn::Linear &op, const Tensor &x, const Tensor &w, std::span<const float> b);

} // namespace reslens::reference
