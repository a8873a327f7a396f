// Logits to probabilities.
#pragma once

#include "tensor/tensor.h"

namespace reslens::reference {

/// p[n,k] = exp(x[n,k] - m) / sum_j exp(x[n,j] - m), m = max_j x[n,j] so that no exponential overflows. (N,K,1,1).
Tensor softmax(const Tensor &x);

/// gx[n,k] = p[n,k] * (gp[n,k] - sum_j p[n,j] * gp[n,j]), of the probabilities p; written as
/// p[n,k] * sum_j p[n,j] * (gp[n,k] - gp[n,j]), which is the same as they sum to 1, and keeps its digits where one of
/// them is almost 1.
Tensor softmaxBackward(const Tensor &p, const Tensor &gp);

} // namespace reslens::reference
