// One recorded backward pass over a trace: its buffers and command buffers, replayed for every objective.
#pragma once

#include "engine/gradient_plan.h"
#include "engine/pass.h"

namespace reslens::engine {

class GradientPass {
public:
    /// Makes the buffers and records. `forward` is a trace-mode pass and outlives this one; `plan` is made for its
    /// shapes. Throws vk::SystemError, Error.
    GradientPass(KernelStore &kernels, const nn::Model &model, const DeviceWeights &transposed, const Pass &forward,
                 GradientPlan plan);

    /// `seed` is dJ / d logits, (N, classes, 1, 1); `scales` one per block, or empty: all 1. Throws vk::SystemError,
    /// and Error{Cancelled} when a stop was asked for between two submits.
    void run(const Tensor &seed, const std::vector<nn::BlockScale> &scales, std::stop_token stop);

    const GradientPlan &plan() const { return m_plan; }
    /// A slot whose buffer was not reused.
    Tensor read(int slot) const;

    /// dJ / d (folded weights) of convolution or linear layer `layer`, [K][C/groups][R][S].
    std::vector<double> weightGradient(int layer) const;
    /// dJ / d (bias) of the same: the sum over images and pixels of what arrives at its output.
    std::vector<double> biasGradient(int layer) const;

private:
    struct WeightResult {
        WeightStep step;
        WeightGradientLayout layout;
        vulkan::Buffer values;
    };

    void record(KernelStore &kernels, const DeviceWeights &transposed);
    const WeightResult &resultOf(int layer) const;
    double factorOf(const WeightStep &step) const;

    const vulkan::Context &m_context;
    const nn::Network &m_network;
    const Pass &m_forward;
    GradientPlan m_plan;
    std::vector<vulkan::Buffer> m_buffers; // the plan's
    std::vector<WeightResult> m_weights;
    vulkan::Buffer m_seed, m_scales;
    std::vector<nn::BlockScale> m_scaleValues; // of the last run
    std::vector<vulkan::Recorder> m_segments;
};

} // namespace reslens::engine
