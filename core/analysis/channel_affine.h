// A batch norm in evaluation mode as an affine map.
#pragma once

#include "nn/model.h"

namespace reslens::analysis {

/// y = factor * x + shift, per channel: factor = gamma / sqrt(variance + eps), shift = beta - factor * mean.
struct ChannelAffine {
    std::vector<double> factor, shift;
};

/// The affine map of layer `batchNorm`, which must be a batch norm.
ChannelAffine affineOf(const nn::Model &model, int batchNorm);

} // namespace reslens::analysis
