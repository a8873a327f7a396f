// Where a block's shortcut and branch meet.
#pragma once

#include "nn/executor.h"
#include "tensor/tensor.h"

namespace reslens::reference {

/// u = alpha * s + beta * F; s and F have the same shape.
Tensor add(const Tensor &s, const Tensor &F, const nn::BlockScale &scale);

/// What flows back through the addition.
struct AddGradients {
    Tensor gs, gF;
};

/// gs = alpha * gu, gF = beta * gu
AddGradients addBackward(const Tensor &gu, const nn::BlockScale &scale);

} // namespace reslens::reference
