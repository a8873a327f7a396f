// Batch norms in evaluation mode, folded into the weights before them; and what the gradients with respect to the
// folded weights say of the checkpoint's own parameters.
#pragma once

#include "nn/model.h"

#include <vector>

namespace reslens::nn {

/// y = scale * x + shift, per channel.
struct Affine {
    std::vector<double> scale, shift;
};

/// Throws Error{Unsupported} where a variance is negative.
/// Layer `batchNorm`: scale = gamma / sigma with sigma = sqrt(variance + eps), shift = beta - mean * scale.
Affine foldBatchNorm(const Model &model, int batchNorm);

/// What becomes of the sums of w * x in convolution or linear layer `layer`: its bias is added, and the batch norm
/// behind it, if there is one (Network::batchNormAfter), is applied. So its folded weights are scale * w.
Affine foldedInto(const Model &model, int layer);

/// With respect to folded weights and to shifts, of convolution or linear layer `layer`. A shift's is the sum over
/// images and pixels of what arrives at the output.
struct FoldedGradients {
    std::vector<double> weights; // [K][C/groups][R][S]
    std::vector<double> shifts;  // [K]
};

/// w' = scale * w, so dJ/dw = scale * dJ/dw'.
std::vector<double> weightGradient(const Model &model, int layer, const FoldedGradients &folded);
/// The bias is scaled with the sums, so dJ/db = scale * dJ/dshift.
std::vector<double> biasGradient(const Model &model, int layer, const FoldedGradients &folded);
/// Of the batch norm that is folded into `layer`: y = gamma * (w * x + b - mean) / sigma + beta, and since w * x is
/// linear in w, dJ/dgamma = (<w, dJ/dw'> + (b - mean) * dJ/dshift) / sigma: no activation is read, and gamma = 0 is no
/// special case.
std::vector<double> gammaGradient(const Model &model, int layer, const FoldedGradients &folded);

} // namespace reslens::nn
