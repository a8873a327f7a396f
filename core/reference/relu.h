// y = max(x, 0)
#pragma once

#include "tensor/tensor.h"

namespace reslens::reference {

/// A NaN stays a NaN, so that a broken checkpoint shows.
Tensor relu(const Tensor &x);

} // namespace reslens::reference
