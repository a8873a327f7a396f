// The chain rule over a network's layers, last to first.
#pragma once

#include "nn/gradients.h"
#include "reference/layer_runner.h"

namespace reslens::reference {

struct BackwardPass {
    std::vector<Tensor> values;   // dJ / d output of every layer; empty if J does not depend on it
    std::vector<Tensor> skips;    // g_s of every block; empty in a plain block
    std::vector<Tensor> branches; // g_F of every block
};

/// `outputs` come from a forward pass; options.scales are the blocks' alpha and beta. Cancelled.
Result<BackwardPass> runBackward(PreparedModel &model, const std::vector<Tensor> &outputs, nn::LinearFunctional J,
                                 const nn::RunOptions &options);

/// Image k is G_k, the gradient at the stem's output over all paths through exactly k branches (Veit et al. 2016). At
/// each block G_k <- skip^T (m * G_k) + branch^T (m * G_{k-1}). For one image; `atLogits` is dJ/dlogits. The rest as
/// runBackward().
Result<Tensor> runBackwardByPathLength(PreparedModel &model, const std::vector<Tensor> &outputs, Tensor atLogits,
                                       const nn::RunOptions &options);

} // namespace reslens::reference
