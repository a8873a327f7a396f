// The largest value in each window.
#pragma once

#include "nn/ops.h"
#include "tensor/tensor.h"

namespace reslens::reference {

/// y[n,c,p,q] = max_{r,s} x[n, c, p*stride+r-padding, q*stride+s-padding], over the pixels inside x only.
Tensor maxPool(const nn::MaxPool &op, const Tensor &x);

} // namespace reslens::reference
