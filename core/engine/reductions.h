// Sums over a trace's tensors, computed on the device: only the results are read back.
#pragma once

#include "engine/kernel_store.h"
#include "engine/passes.h"
#include "nn/gradient_sums.h"

namespace reslens::engine {

/// `layer` must have a buffer. All functions first compute missing inputs, and throw as Replay::bring().
nn::Moments moments(KernelStore &kernels, Pass &pass, int layer);
Tensor pixelNorms(KernelStore &kernels, Pass &pass, int layer);
nn::BlockSums blockSums(KernelStore &kernels, Pass &pass, const nn::Block &block);
/// `block` is number `index`.
nn::BlockGradientSums blockGradientSums(KernelStore &kernels, GradientPass &pass, const nn::Block &block, int index);

} // namespace reslens::engine
