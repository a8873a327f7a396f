#include "nn/folding.h"

#include <cmath>

namespace reslens::nn {

namespace {

std::vector<float> parameter(const Model &model, int layer, const char *name)
{
    return model.parameters.at(model.network.layers[layer].name + name).toFloats();
}

/// The bias of a convolution or linear layer; zeros if it has none.
std::vector<float> biasOf(const Model &model, int layer, std::size_t count)
{
    const std::vector<ParameterSpec> specs = parametersOf(model.network.layers[layer]);
    return specs.size() > 1 ? parameter(model, layer, ".bias") : std::vector<float>(count, 0.0f);
}

std::vector<double> sigmaOf(const Model &model, int batchNorm)
{
    const Layer &layer = model.network.layers[batchNorm];
    const double eps = std::get<BatchNorm>(layer.op).eps;
    std::vector<double> sigma;
    for (const float variance : parameter(model, batchNorm, ".running_var")) {
        if (variance + eps <= 0)
            throw Error(ErrorKind::Unsupported, layer.name + ".running_var",
                        "the variance of channel " + std::to_string(sigma.size()) + " is " + std::to_string(variance) +
                            ": it cannot be negative");
        sigma.push_back(std::sqrt(double(variance) + eps));
    }
    return sigma;
}

std::vector<double> scaled(const Model &model, int layer, std::vector<double> values)
{
    const std::vector<double> scale = foldedInto(model, layer).scale;
    const std::size_t row = values.size() / scale.size();
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] *= scale[i / row];
    return values;
}

} // namespace

Affine foldBatchNorm(const Model &model, int batchNorm)
{
    const auto gamma = parameter(model, batchNorm, ".weight"), beta = parameter(model, batchNorm, ".bias"),
               mean = parameter(model, batchNorm, ".running_mean");
    Affine affine{sigmaOf(model, batchNorm), std::vector<double>(gamma.size())};
    for (std::size_t c = 0; c < gamma.size(); ++c) {
        affine.scale[c] = gamma[c] / affine.scale[c];
        affine.shift[c] = beta[c] - mean[c] * affine.scale[c];
    }
    return affine;
}

Affine foldedInto(const Model &model, int layer)
{
    const std::size_t count = std::size_t(outputShape(model.network.layers[layer].op, {}).c);
    const std::vector<float> bias = biasOf(model, layer, count);
    const std::optional<int> batchNorm = model.network.batchNormAfter(layer);
    if (!batchNorm)
        return {std::vector<double>(count, 1.0), std::vector<double>(bias.begin(), bias.end())};
    Affine affine = foldBatchNorm(model, *batchNorm);
    for (std::size_t c = 0; c < count; ++c)
        affine.shift[c] += bias[c] * affine.scale[c];
    return affine;
}

std::vector<double> weightGradient(const Model &model, int layer, const FoldedGradients &folded)
{
    return scaled(model, layer, folded.weights);
}

std::vector<double> biasGradient(const Model &model, int layer, const FoldedGradients &folded)
{
    return scaled(model, layer, folded.shifts);
}

std::vector<double> gammaGradient(const Model &model, int layer, const FoldedGradients &folded)
{
    const int batchNorm = model.network.batchNormAfter(layer).value();
    const std::vector<float> w = parameter(model, layer, ".weight"),
                             mean = parameter(model, batchNorm, ".running_mean"),
                             bias = biasOf(model, layer, mean.size());
    const std::vector<double> sigma = sigmaOf(model, batchNorm);
    const std::size_t row = w.size() / mean.size();
    std::vector<double> gradient(mean.size());
    for (std::size_t k = 0; k < mean.size(); ++k) {
        double product = 0; // <w, dJ/dw'>
        for (std::size_t i = k * row; i < (k + 1) * row; ++i)
            product += w[i] * folded.weights[i];
        gradient[k] = (product + (double(bias[k]) - mean[k]) * folded.shifts[k]) / sigma[k];
    }
    return gradient;
}

} // namespace reslens::nn
