// Logits to probabilities.
#pragma once

#include "tensor/tensor.h"

namespace reslens::reference {

/// p[n,k] = exp(x[n,k] - m) / sum_j exp(x[n,j] - m), m = max_j x[n,j] so that no exponential overflows. (N,K,1,1).
Tensor softmax(const Tensor &x);

} // namespace reslens::reference
