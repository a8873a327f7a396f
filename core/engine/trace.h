// nn::Trace on a Vulkan device: what a trace-mode pass left in its buffers, reduced and differentiated there.
#pragma once

#include "engine/executor.h"
#include "nn/gradients.h"

namespace reslens::engine {

/// ErrorKind::Mismatch unless there are no scales or one for each block.
Result<void> checkScales(const nn::Network &network, const nn::RunOptions &options);

class VulkanTrace final : public nn::DifferentiableTrace {
public:
    /// `pass` has run; nobody else runs it while this lives.
    VulkanTrace(std::shared_ptr<Pass> pass, VulkanExecutor &executor, nn::Forward forward)
        : m_pass(std::move(pass)), m_executor(executor), m_network(executor.model().network),
          m_forward(std::move(forward))
    {
    }

    const nn::Forward &forward() const override { return m_forward; }
    const std::vector<Shape> &shapes() const override { return m_pass->program().shapes; }
    Result<Tensor> read(int layer) const override;
    Result<nn::Moments> moments(int layer) const override;
    Result<Tensor> pixelNorms(int layer) const override;
    Result<nn::BlockSums> blockSums(const nn::Network &network, int block) const override;
    Result<std::unique_ptr<nn::Gradients>> backward(const nn::Objective &objective,
                                                    const nn::RunOptions &options) const override;
    Result<Tensor> gradientsByPathLength(const nn::Objective &objective, const nn::RunOptions &options) const override;

    /// Overwrites the block's tensors and the later ones, and forward(). Throws as Pass::run().
    const nn::Forward &resume(int block, const nn::RunOptions &options)
    {
        return m_forward = m_pass->resume(block, options);
    }

private:
    template <typename Reduce>
    auto reduced(int layer, Reduce reduce) const -> Result<decltype(reduce())>;
    template <typename Differentiate>
    auto differentiated(const nn::Objective &objective, const nn::RunOptions &options,
                        Differentiate differentiate) const
        -> Result<decltype(differentiate(std::declval<nn::ObjectiveResult &>()))>;

    std::shared_ptr<Pass> m_pass;
    VulkanExecutor &m_executor;
    const nn::Network &m_network;
    nn::Forward m_forward;
};

} // namespace reslens::engine
