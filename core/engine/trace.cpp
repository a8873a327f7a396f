#include "engine/trace.h"

#include "engine/gradients.h"
#include "engine/reductions.h"

namespace reslens::engine {

/// Returns the result of `reduce` for layer `layer`'s output.
template <typename Reduce>
auto VulkanTrace::reduced(int layer, Reduce reduce) const -> Result<decltype(reduce())>
{
    if (m_pass->program().bufferOf[layer] < 0)
        return fail(ErrorKind::Unsupported, network().layers[layer].name,
                    "its output is folded into the next layer's and has no value of its own");
    return explained([&] { return m_executor.withRoom(reduce); });
}

Result<Tensor> VulkanTrace::doRead(int layer) const
{
    return reduced(layer, [&] { return m_pass->read(layer); });
}

Result<nn::Moments> VulkanTrace::doMoments(int layer) const
{
    return reduced(layer, [&] { return engine::moments(m_executor.kernels(), *m_pass, layer); });
}

Result<Tensor> VulkanTrace::doPixelNorms(int layer) const
{
    return reduced(layer, [&] { return engine::pixelNorms(m_executor.kernels(), *m_pass, layer); });
}

Result<nn::BlockSums> VulkanTrace::doBlockSums(const nn::Block &block) const
{
    return reduced(block.y, [&] { return engine::blockSums(m_executor.kernels(), *m_pass, block); });
}

Result<std::unique_ptr<nn::Gradients>> VulkanTrace::doBackward(nn::LinearFunctional J,
                                                               std::vector<nn::ImageObjective> objectives,
                                                               const nn::RunOptions &options) const
{
    return explained([&]() -> std::unique_ptr<nn::Gradients> {
        return std::make_unique<VulkanGradients>(m_executor.backward(m_pass, J.layer, J.weights, options), m_pass,
                                                 m_executor, std::move(objectives));
    });
}

Result<Tensor> VulkanTrace::doGradientsByPathLength(Tensor atLogits, const nn::RunOptions &options) const
{
    return explained([&] { return m_executor.gradientsByPathLength(*m_pass, atLogits, options); });
}

} // namespace reslens::engine
