// Folds batch norms in evaluation mode into the weights before them, and turns gradients with respect to folded weights
// into gradients of the checkpoint's own parameters.
#pragma once

#include "nn/model.h"

#include <vector>

namespace reslens::nn {

/// y = scale * x + shift, per channel.
struct Affine {
    std::vector<double> scale, shift;
};

/// Layer `batchNorm`: scale = gamma / sigma with sigma = sqrt(variance + eps), shift = beta - mean * scale. Throws
/// Error{Unsupported} if a variance is negative.
Affine foldBatchNorm(const Model &model, int batchNorm);

/// The affine map after the sums of w * x in convolution or linear layer `layer`: its bias, then the next batch norm,
/// if there is one (Network::batchNormAfter). So the layer's folded weights are scale * w.
Affine foldedInto(const Model &model, int layer);

/// Gradients with respect to the folded weights and the shifts of convolution or linear layer `layer`. The gradient of
/// a shift is the sum, over images and pixels, of the gradient at the output.
struct FoldedGradients {
    std::vector<double> weights; // [K][C/groups][R][S]
    std::vector<double> shifts;  // [K]
};

/// w' = scale * w, so dJ/dw = scale * dJ/dw'.
std::vector<double> weightGradient(const Model &model, int layer, const FoldedGradients &folded);
/// The scale applies to the bias as to the sums, so dJ/db = scale * dJ/dshift.
std::vector<double> biasGradient(const Model &model, int layer, const FoldedGradients &folded);
/// The gradient of gamma in the batch norm that is folded into `layer`: y = gamma * (w * x + b - mean) / sigma + beta.
/// Since w * x is linear in w, dJ/dgamma = (<w, dJ/dw'> + (b - mean) * dJ/dshift) / sigma. This reads no activation,
/// and gamma = 0 is no special case.
std::vector<double> gammaGradient(const Model &model, int layer, const FoldedGradients &folded);

} // namespace reslens::nn
