// nn::Trace on a Vulkan device: the tensors that a trace-mode pass left in its buffers; sums and gradients are computed
// on the device.
#pragma once

#include "engine/executor.h"
#include "nn/gradients.h"

namespace reslens::engine {

class VulkanTrace final : public nn::DifferentiableTrace {
public:
    /// `pass` must have run, and nobody else may run it while the trace lives.
    VulkanTrace(std::shared_ptr<Pass> pass, VulkanExecutor &executor, nn::Forward forward)
        : DifferentiableTrace(executor.model().network, pass->shape(0), std::move(forward), pass->scales()),
          m_pass(std::move(pass)), m_executor(executor)
    {
    }

    Pass &pass() { return *m_pass; }

private:
    Result<Tensor> doRead(int layer) const override;
    Result<nn::Moments> doMoments(int layer) const override;
    Result<Tensor> doPixelNorms(int layer) const override;
    Result<nn::BlockSums> doBlockSums(const nn::Block &block) const override;
    Result<std::unique_ptr<nn::Gradients>> doBackward(nn::LinearFunctional J,
                                                      std::vector<nn::ImageObjective> objectives,
                                                      const nn::RunOptions &options) const override;
    Result<Tensor> doGradientsByPathLength(Tensor atLogits, const nn::RunOptions &options) const override;

    template <typename Reduce>
    auto reduced(int layer, Reduce reduce) const -> Result<decltype(reduce())>;

    std::shared_ptr<Pass> m_pass;
    VulkanExecutor &m_executor;
};

} // namespace reslens::engine
