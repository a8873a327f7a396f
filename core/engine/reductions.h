// Sums over a trace's tensors, made on the device: only the results are read back.
#pragma once

#include "engine/kernel_store.h"
#include "engine/pass.h"
#include "nn/trace_sums.h"

namespace reslens::engine {

/// `layer` has a slot in the pass's plan. All throw vk::SystemError.
nn::Moments moments(KernelStore &kernels, const Pass &pass, int layer);
Tensor pixelNorms(KernelStore &kernels, const Pass &pass, int layer);
nn::BlockSums blockSums(KernelStore &kernels, const Pass &pass, const nn::Block &block);

} // namespace reslens::engine
