// nn::Gradients on a Vulkan device: reads the buffers of a backward pass and gives gradients of the checkpoint's
// parameters.
#pragma once

#include "engine/executor.h"
#include "nn/gradient_sums.h"

namespace reslens::engine {

class VulkanGradients final : public nn::SummedGradients {
public:
    VulkanGradients(std::shared_ptr<GradientPass> pass, std::shared_ptr<const Pass> forward, VulkanExecutor &executor,
                    std::vector<nn::ImageObjective> objectives)
        : SummedGradients(executor.model().network, pass->gradients().layerOfJ, std::move(objectives)),
          m_pass(std::move(pass)), m_forward(std::move(forward)), m_executor(executor), m_model(executor.model())
    {
    }

    Result<nn::BlockGradientSums> blockSums(const nn::Network &network, int block) const override;
    Result<void> computeParameters(const std::stop_token &stop) const override;
    std::vector<nn::LayerTime> times() const override { return m_pass->times(); }

private:
    Result<Tensor> doValue(int layer) const override;
    Result<nn::BlockGradients> doOfBlock(int block) const override;
    Result<std::vector<float>> doOfParameter(int layer, int index) const override;
    template <typename Read>
    auto guarded(Read read) const -> Result<decltype(read())>;

    std::shared_ptr<GradientPass> m_pass;  // belongs to this object: no later backward pass overwrites it
    std::shared_ptr<const Pass> m_forward; // m_pass's commands read its buffers
    VulkanExecutor &m_executor;
    const nn::Model &m_model;
};

} // namespace reslens::engine
