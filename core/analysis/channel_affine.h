// A batch norm in evaluation mode as the affine map that it is.
#pragma once

#include "nn/model.h"

namespace reslens::analysis {

/// y = factor * x + shift, per channel: factor = gamma / sqrt(variance + eps), shift = beta - factor * mean.
struct ChannelAffine {
    std::vector<double> factor, shift;
};

/// Of layer `batchNorm`, which is one.
ChannelAffine affineOf(const nn::Model &model, int batchNorm);

} // namespace reslens::analysis
