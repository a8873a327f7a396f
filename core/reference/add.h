// Where a block's shortcut and branch meet.
#pragma once

#include "nn/executor.h"
#include "tensor/tensor.h"

namespace reslens::reference {

/// u = alpha * s + beta * F; s and F have the same shape.
Tensor add(const Tensor &s, const Tensor &F, const nn::BlockScale &scale);

} // namespace reslens::reference
