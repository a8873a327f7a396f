// The convolution as its formula: the referee for every faster one.
#pragma once

#include "nn/ops.h"
#include "tensor/tensor.h"

namespace reslens::reference {

/// x is (N,C,H,W), w is (K, C/groups, R, R); the result is (N,K,P,Q). Sums in double precision.
Tensor conv2d(const nn::Conv2d &op, const Tensor &x, const Tensor &w);

/// The gradient of x, which has shape `x`; gy is (N,K,P,Q).
Tensor conv2dBackwardInput(const nn::Conv2d &op, const Tensor &gy, const Tensor &w, Shape x);

/// The gradient of w, summed over the images.
Tensor conv2dBackwardWeights(const nn::Conv2d &op, const Tensor &x, const Tensor &gy);

} // namespace reslens::reference
