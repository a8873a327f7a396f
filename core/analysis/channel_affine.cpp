#include "analysis/channel_affine.h"

#include <cmath>

namespace reslens::analysis {

ChannelAffine affineOf(const nn::Model &model, int batchNorm)
{
    const nn::Layer &layer = model.network.layers[batchNorm];
    const auto parameter = [&](const char *name) { return model.parameters.at(layer.name + name).toFloats(); };
    const std::vector<float> gamma = parameter(".weight"), beta = parameter(".bias"), mean = parameter(".running_mean"),
                             variance = parameter(".running_var");
    const double eps = std::get<nn::BatchNorm>(layer.op).eps;
    ChannelAffine affine;
    for (std::size_t c = 0; c < gamma.size(); ++c) {
        const double factor = gamma[c] / std::sqrt(variance[c] + eps);
        affine.factor.push_back(factor);
        affine.shift.push_back(beta[c] - factor * mean[c]);
    }
    return affine;
}

} // namespace reslens::analysis
