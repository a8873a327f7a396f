// Operations with a window and without weights: pooling, and the shortcut that subsamples.
#pragma once

#include "nn/ops.h"
#include "tensor/tensor.h"

namespace reslens::reference {

/// The largest value in each window: y[n,c,p,q] = max_{r,s} x[n, c, p*stride+r-padding, q*stride+s-padding], only over
/// the pixels inside x. A NaN in the window wins.
Tensor maxPool(const nn::MaxPool &op, const Tensor &x);

/// Each gy goes to the pixel that won its window. As in PyTorch, the first in row-major order wins among equal values,
/// and the last among NaNs.
Tensor maxPoolBackward(const nn::MaxPool &op, const Tensor &x, const Tensor &gy);

/// The mean of each window: the sum over the pixels inside x, divided by nn::AveragePool's count.
Tensor averagePool(const nn::AveragePool &op, const Tensor &x);

/// Each gy goes to the pixels of its window in equal parts. `x` is x's shape.
Tensor averagePoolBackward(const nn::AveragePool &op, const Tensor &gy, Shape x);

/// Each pixel is the binomial mean of its window. Backward, each gy goes back by the same weights; `x` is x's shape.
Tensor blurPool(const nn::BlurPool &op, const Tensor &x);
Tensor blurPoolBackward(const nn::BlurPool &op, const Tensor &gy, Shape x);

/// The mean of each channel's plane: (N,C,H,W) to (N,C,1,1).
Tensor globalAveragePool(const Tensor &x);

/// gx[n,c,h,w] = gy[n,c] / (H*W); `x` is x's shape.
Tensor globalAveragePoolBackward(const Tensor &gy, Shape x);

/// The CIFAR networks' shortcut without parameters (option A of He et al. 2015):
/// s[n, before+c, p, q] = x[n, c, p*stride, q*stride] with before = (channelsOut - channelsIn) / 2; 0 elsewhere.
Tensor zeroPadShortcut(const nn::ZeroPadShortcut &op, const Tensor &x);

/// gx[n,c,p*stride,q*stride] = gs[n,before+c,p,q]; 0 at the pixels that the subsampling skips. `x` is x's shape.
Tensor zeroPadShortcutBackward(const nn::ZeroPadShortcut &op, const Tensor &gs, Shape x);

} // namespace reslens::reference
