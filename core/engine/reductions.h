// Sums over a trace's tensors, made on the device: only the results are read back.
#pragma once

#include "engine/gradient_pass.h"
#include "engine/kernel_store.h"
#include "engine/pass.h"
#include "nn/gradient_sums.h"

namespace reslens::engine {

/// `layer` has a slot in the pass's plan. All throw vk::SystemError.
nn::Moments moments(KernelStore &kernels, const Pass &pass, int layer);
Tensor pixelNorms(KernelStore &kernels, const Pass &pass, int layer);
nn::BlockSums blockSums(KernelStore &kernels, const Pass &pass, const nn::Block &block);
/// `block` is number `index`. Makes the gradients that it sums, if they are not there.
nn::BlockGradientSums blockGradientSums(KernelStore &kernels, GradientPass &pass, const nn::Block &block, int index);

} // namespace reslens::engine
