// The mean of each channel's plane.
#pragma once

#include "tensor/tensor.h"

namespace reslens::reference {

/// (N,C,H,W) to (N,C,1,1).
Tensor globalAveragePool(const Tensor &x);

} // namespace reslens::reference
