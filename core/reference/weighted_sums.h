// Operations with weights, as their formulas: the convolution, which checks every faster one, and the linear layer.
#pragma once

#include "nn/ops.h"
#include "tensor/tensor.h"

#include <span>
#include <vector>

namespace reslens::reference {

/// x is (N,C,H,W), w is (K, C/groups, R, R); the result is (N,K,P,Q). Sums in double precision, without the bias.
Tensor conv2d(const nn::Conv2d &op, const Tensor &x, const Tensor &w);

/// The gradient of x, which has shape `x`; gy is (N,K,P,Q).
Tensor conv2dBackwardInput(const nn::Conv2d &op, const Tensor &gy, const Tensor &w, Shape x);

/// The gradient of w, summed over the images.
Tensor conv2dBackwardWeights(const nn::Conv2d &op, const Tensor &x, const Tensor &gy);

/// y[n,k] = sum_c w[k,c] * x[n,c] + b[k]; x is (N,C,1,1), w is (K,C,1,1), the result (N,K,1,1).
Tensor linear(const nn::Linear &op, const Tensor &x, const Tensor &w, std::span<const float> b);

/// gx[n,c] = sum_k gy[n,k] * w[k,c]
Tensor linearBackwardInput(const nn::Linear &op, const Tensor &gy, const Tensor &w);

/// gw[k,c] = sum_n gy[n,k] * x[n,c]
Tensor linearBackwardWeights(const nn::Linear &op, const Tensor &x, const Tensor &gy);

/// y[n,k,p,q] += b[k]
void addBias(Tensor &y, std::span<const float> b);

/// gb[k] = sum_{n,p,q} gy[n,k,p,q], for a convolution and for a linear layer.
std::vector<float> biasBackward(const Tensor &gy);

} // namespace reslens::reference
