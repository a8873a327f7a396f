// y = max(x, 0)
#pragma once

#include "tensor/tensor.h"

namespace reslens::reference {

/// A NaN stays a NaN, so that a broken checkpoint shows.
Tensor relu(const Tensor &x);

/// gx = m * gy, m = [y > 0], of the output y. Where y is a NaN, gy passes, as in PyTorch.
Tensor reluBackward(const Tensor &y, const Tensor &gy);

} // namespace reslens::reference
