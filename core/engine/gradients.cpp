#include "engine/gradients.h"

#include "engine/reductions.h"

#include <algorithm>
#include <cmath>

namespace reslens::engine {

namespace {

/// A parameter's name in two: the layer's and the tensor's.
std::pair<std::string, std::string> split(std::string_view name)
{
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos)
        return {std::string(name), ""};
    return {std::string(name.substr(0, dot)), std::string(name.substr(dot + 1))};
}

std::vector<float> rounded(const std::vector<double> &values)
{
    return {values.begin(), values.end()};
}

} // namespace

/// What `read` gives, which may compute it now.
template <typename Read>
auto VulkanGradients::guarded(Read read) const -> Result<decltype(read())>
{
    try {
        return m_executor.withRoom(std::move(read));
    } catch (const vk::SystemError &error) {
        return tl::unexpected(explain(error));
    } catch (const Error &error) {
        return tl::unexpected(error);
    }
}

Result<Tensor> VulkanGradients::value(int layer) const
{
    const nn::Network &network = m_model.network;
    if (layer < 0 || layer >= int(network.layers.size()))
        return fail(ErrorKind::InvalidInput, "layer " + std::to_string(layer), "there is no such layer");
    if (layer < m_pass->gradients().layerOfJ && !m_pass->gradients().dependsOn[layer])
        return Tensor(m_pass->shape(layer));
    const int value = m_pass->gradients().ofLayer[layer];
    if (value < 0)
        return fail(ErrorKind::Unsupported, network.layers[layer].name,
                    "the gradient of its output is folded into its neighbours' and has no value of its own");
    return guarded([&] { return m_pass->read(value); });
}

Result<nn::BlockGradients> VulkanGradients::ofBlock(int block) const
{
    if (block < 0 || block >= int(m_model.network.blocks.size()))
        return fail(ErrorKind::NotFound, "block " + std::to_string(block), "there is no such block");
    return guarded([&] {
        const BlockGradientValues &values = m_pass->gradients().blocks[block];
        nn::BlockGradients gradients;
        gradients.gy = m_pass->read(values.gy);
        if (values.gs >= 0)
            gradients.gs = m_pass->read(values.gs);
        gradients.gF = m_pass->read(values.gF);
        gradients.gx = m_pass->read(values.gx);
        return gradients;
    });
}

Result<nn::BlockGradientSums> VulkanGradients::blockSums(const nn::Network &network, int block) const
{
    if (block < 0 || block >= int(network.blocks.size()))
        return fail(ErrorKind::NotFound, "block " + std::to_string(block), "there is no such block");
    return guarded([&] { return blockGradientSums(m_executor.kernels(), *m_pass, network.blocks[block], block); });
}

/// The engine differentiates by the folded weights w' = scale * w with scale = gamma / sigma; so dJ/dw = scale *
/// dJ/dw'.
std::vector<double> VulkanGradients::ofWeights(int layer) const
{
    std::vector<double> gradient = m_pass->weightGradient(layer);
    if (std::holds_alternative<nn::Linear>(m_model.network.layers[layer].op))
        return gradient;
    const std::vector<double> scale = foldBatchNorm(m_model, batchNormAfter(m_model.network, layer)).scale;
    const std::size_t row = gradient.size() / scale.size();
    for (std::size_t i = 0; i < gradient.size(); ++i)
        gradient[i] *= scale[i / row];
    return gradient;
}

/// y = gamma * (conv - mean) / sigma + beta, so dJ/dgamma = (sum g * conv - mean * sum g) / sigma; and since conv is
/// linear in w, sum g * conv = <w, dJ/dw'>: no activation is read, and gamma = 0 is no special case.
std::vector<double> VulkanGradients::ofGamma(int batchNorm) const
{
    const nn::Layer &layer = m_model.network.layers[batchNorm];
    const int conv = layer.inputs[0];
    const auto parameter = [&](const std::string &name) { return m_model.parameters.at(name).toFloats(); };
    const auto mean = parameter(layer.name + ".running_mean"), variance = parameter(layer.name + ".running_var"),
               w = parameter(m_model.network.layers[conv].name + ".weight");
    const std::vector<double> byFolded = m_pass->weightGradient(conv), sum = m_pass->biasGradient(conv);
    const double eps = std::get<nn::BatchNorm>(layer.op).eps;
    const std::size_t row = w.size() / mean.size();
    std::vector<double> gradient(mean.size());
    for (std::size_t k = 0; k < mean.size(); ++k) {
        double product = 0;
        for (std::size_t i = k * row; i < (k + 1) * row; ++i)
            product += w[i] * byFolded[i];
        gradient[k] = (product - mean[k] * sum[k]) / std::sqrt(variance[k] + eps);
    }
    return gradient;
}

Result<void> VulkanGradients::computeParameters(std::stop_token stop) const
{
    return guarded([&] {
               m_pass->computeWeights(stop);
               return std::monostate();
           })
        .map([](std::monostate) {});
}

Result<std::vector<float>> VulkanGradients::ofParameter(std::string_view name) const
{
    const auto [layerName, tensor] = split(name);
    const std::vector<nn::Layer> &layers = m_model.network.layers;
    const auto found = std::find_if(layers.begin(), layers.end(),
                                    [&, wanted = layerName](const nn::Layer &l) { return l.name == wanted; });
    const int layer = int(found - layers.begin());
    const bool isConv = found != layers.end() && std::holds_alternative<nn::Conv2d>(found->op);
    const bool isLinear = found != layers.end() && std::holds_alternative<nn::Linear>(found->op);
    const bool isNorm = found != layers.end() && std::holds_alternative<nn::BatchNorm>(found->op);
    if (tensor == "weight" && (isConv || isLinear))
        return guarded([&] { return rounded(ofWeights(layer)); });
    if (tensor == "bias" && isLinear)
        return guarded([&] { return rounded(m_pass->biasGradient(layer)); });
    if (tensor == "weight" && isNorm)
        return guarded([&] { return rounded(ofGamma(layer)); });
    if (tensor == "bias" && isNorm)
        return guarded([&] { return rounded(m_pass->biasGradient(found->inputs[0])); });
    if (isNorm && tensor.starts_with("running_"))
        return fail(ErrorKind::Unsupported, std::string(name),
                    "a running statistic is not trained: it has no gradient");
    return fail(ErrorKind::NotFound, std::string(name), "the network has no such parameter");
}

} // namespace reslens::engine
