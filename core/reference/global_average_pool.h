// The mean of each channel's plane.
#pragma once

#include "tensor/tensor.h"

namespace reslens::reference {

/// (N,C,H,W) to (N,C,1,1).
Tensor globalAveragePool(const Tensor &x);

/// gx[n,c,h,w] = gy[n,c] / (H*W); `x` is x's shape.
Tensor globalAveragePoolBackward(const Tensor &gy, Shape x);

} // namespace reslens::reference
