#include "engine/gradients.h"

#include "engine/reductions.h"
#include "nn/folding.h"

#include <variant>

namespace reslens::engine {

namespace {

std::vector<float> rounded(const std::vector<double> &values)
{
    return {values.begin(), values.end()};
}

} // namespace

/// Returns the result of `read`, which may compute it now.
template <typename Read>
auto VulkanGradients::guarded(Read read) const -> Result<decltype(read())>
{
    return explained([&] { return m_executor.withRoom(std::move(read)); });
}

Result<Tensor> VulkanGradients::doValue(int layer) const
{
    if (!m_pass->gradients().dependsOn[layer])
        return Tensor(m_pass->shape(layer));
    const int value = m_pass->gradients().ofLayer[layer];
    if (value < 0)
        return fail(ErrorKind::Unsupported, m_model.network.layers[layer].name,
                    "the gradient of its output is folded into its neighbours' and has no value of its own");
    return guarded([&] { return m_pass->read(value); });
}

Result<nn::BlockGradients> VulkanGradients::doOfBlock(int block) const
{
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
    TRY(nn::checkBlock(network, block));
    return guarded([&] { return blockGradientSums(m_executor.kernels(), *m_pass, network.blocks[block], block); });
}

Result<void> VulkanGradients::computeParameters(const std::stop_token &stop) const
{
    return guarded([&] {
               m_pass->computeWeights(stop);
               return std::monostate();
           })
        .map([](std::monostate) {});
}

/// The engine differentiates with respect to folded weights; nn/folding.h turns these gradients into the checkpoint's.
Result<std::vector<float>> VulkanGradients::doOfParameter(int layer, int index) const
{
    const nn::Layer &of = m_model.network.layers[layer];
    const bool isNorm = std::holds_alternative<nn::BatchNorm>(of.op), isWeight = index == 0;
    const int folded = isNorm ? of.inputs[0] : layer;
    return guarded([&] {
        nn::FoldedGradients gradients;
        if (isWeight)
            gradients.weights = m_pass->weightGradient(folded);
        if (isNorm || !isWeight)
            gradients.shifts = m_pass->biasGradient(folded);
        if (isNorm)
            return rounded(isWeight ? nn::gammaGradient(m_model, folded, gradients) : gradients.shifts);
        return rounded(isWeight ? nn::weightGradient(m_model, folded, gradients)
                                : nn::biasGradient(m_model, folded, gradients));
    });
}

} // namespace reslens::engine
