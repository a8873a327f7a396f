// The largest value in each window.
#pragma once

#include "nn/ops.h"
#include "tensor/tensor.h"

namespace reslens::reference {

/// y[n,c,p,q] = max_{r,s} x[n, c, p*stride+r-padding, q*stride+s-padding], over the pixels inside x only. A NaN in the
/// window wins.
Tensor maxPool(const nn::MaxPool &op, const Tensor &x);

/// Each gy goes to the pixel that won its window. PyTorch's choice: of equal values the first in row-major order, of
/// several NaNs the last.
Tensor maxPoolBackward(const nn::MaxPool &op, const Tensor &x, const Tensor &gy);

} // namespace reslens::reference
