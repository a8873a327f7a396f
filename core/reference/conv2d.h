// The convolution as its formula: the referee for every faster one.
#pragma once

#include "nn/ops.h"
#include "tensor/tensor.h"

namespace reslens::reference {

/// x is (N,C,H,W), w is (K, C/groups, R, R); the result is (N,K,P,Q). Sums in double precision.
Tensor conv2d(const nn::Conv2d &op, const Tensor &x, const Tensor &w);

} // namespace reslens::reference
