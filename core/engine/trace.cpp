#include "engine/trace.h"

#include "engine/gradients.h"
#include "engine/reductions.h"

namespace reslens::engine {

Result<void> checkScales(const nn::Network &network, const nn::RunOptions &options)
{
    if (!options.scales.empty() && options.scales.size() != network.blocks.size())
        return fail(ErrorKind::Mismatch, "scales",
                    std::to_string(options.scales.size()) + " were given for " + std::to_string(network.blocks.size()) +
                        " blocks");
    return {};
}

/// What `reduce` makes of layer `layer`'s output.
template <typename Reduce>
auto VulkanTrace::reduced(int layer, Reduce reduce) const -> Result<decltype(reduce())>
{
    if (layer < 0 || layer >= int(m_network.layers.size()))
        return fail(ErrorKind::NotFound, "layer " + std::to_string(layer), "there is no such layer");
    if (m_pass->program().bufferOf[layer] < 0)
        return fail(ErrorKind::Unsupported, m_network.layers[layer].name,
                    "its output is folded into the next layer's and has no value of its own");
    try {
        return m_executor.withRoom(reduce);
    } catch (const vk::SystemError &error) {
        return tl::unexpected(explain(error));
    } catch (const Error &error) {
        return tl::unexpected(error);
    }
}

Result<Tensor> VulkanTrace::read(int layer) const
{
    return reduced(layer, [&] { return m_pass->read(layer); });
}

Result<nn::Moments> VulkanTrace::moments(int layer) const
{
    return reduced(layer, [&] { return engine::moments(m_executor.kernels(), *m_pass, layer); });
}

Result<Tensor> VulkanTrace::pixelNorms(int layer) const
{
    return reduced(layer, [&] { return engine::pixelNorms(m_executor.kernels(), *m_pass, layer); });
}

Result<nn::BlockSums> VulkanTrace::blockSums(const nn::Network &network, int block) const
{
    if (block < 0 || block >= int(network.blocks.size()))
        return fail(ErrorKind::NotFound, "block " + std::to_string(block), "there is no such block");
    const nn::Block &b = network.blocks[block];
    return reduced(b.y, [&] { return engine::blockSums(m_executor.kernels(), *m_pass, b); });
}

/// What `differentiate` makes of the objective's value and gradient.
template <typename Differentiate>
auto VulkanTrace::differentiated(const nn::Objective &objective, const nn::RunOptions &options,
                                 Differentiate differentiate) const
    -> Result<decltype(differentiate(std::declval<nn::ObjectiveResult &>()))>
{
    auto evaluated = nn::evaluate(objective, m_forward.logits);
    if (!evaluated)
        return tl::unexpected(evaluated.error());
    if (const auto isGood = checkScales(m_network, options); !isGood)
        return tl::unexpected(isGood.error());
    try {
        return differentiate(*evaluated);
    } catch (const vk::SystemError &error) {
        return tl::unexpected(explain(error));
    } catch (const Error &error) {
        return tl::unexpected(error);
    }
}

Result<std::unique_ptr<nn::Gradients>> VulkanTrace::backward(const nn::Objective &objective,
                                                             const nn::RunOptions &options) const
{
    return differentiated(objective, options, [&](nn::ObjectiveResult &evaluated) -> std::unique_ptr<nn::Gradients> {
        return std::make_unique<VulkanGradients>(
            m_executor.backward(m_pass, m_network.logits, evaluated.gradient, options), m_pass, m_executor,
            std::move(evaluated.images));
    });
}

Result<Tensor> VulkanTrace::gradientsByPathLength(const nn::Objective &objective, const nn::RunOptions &options) const
{
    if (const auto isGood = nn::checkPathLengths(m_network, m_pass->shape(0)); !isGood)
        return tl::unexpected(isGood.error());
    return differentiated(objective, options, [&](const nn::ObjectiveResult &evaluated) {
        return m_executor.gradientsByPathLength(*m_pass, evaluated.gradient, options);
    });
}

} // namespace reslens::engine
