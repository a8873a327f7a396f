// The CIFAR networks' shortcut without parameters (option A of He et al. 2015).
#pragma once

#include "nn/ops.h"
#include "tensor/tensor.h"

namespace reslens::reference {

/// s[n, before+c, p, q] = x[n, c, p*stride, q*stride] with before = (channelsOut - channelsIn) / 2; 0 elsewhere.
Tensor zeroPadShortcut(const nn::ZeroPadShortcut &op, const Tensor &x);

/// gx[n,c,p*stride,q*stride] = gs[n,before+c,p,q]; 0 at the pixels that the subsampling skips. `x` is x's shape.
Tensor zeroPadShortcutBackward(const nn::ZeroPadShortcut &op, const Tensor &gs, Shape x);

} // namespace reslens::reference
