// Measures the variants of every convolution of a forward pass, each shape once, and keeps the fastest.
#pragma once

#include "engine/kernel_store.h"
#include "engine/plan.h"
#include "engine/weights.h"

#include <stop_token>

namespace reslens::engine {

class Tuner {
public:
    /// Of the passes of `network` over `input`. All arguments outlive it.
    Tuner(KernelStore &kernels, const nn::Network &network, const DeviceWeights &weights, Shape input);

    /// How many shapes have no choice yet.
    int remaining() const { return int(m_steps.size()); }
    /// Measures one of them and keeps the choice. Throws vk::SystemError, and Error{Cancelled} when a stop was asked
    /// for between two variants: what they have compiled by then is not lost.
    void measureNext(const std::stop_token &stop);

private:
    /// The shortest of a few runs of each choice, in ms.
    std::vector<double> times(int layer, const ConvolutionTask &task, const std::vector<KernelChoice> &choices,
                              const std::stop_token &stop);
    ConvolutionTask taskOf(const Step &step) const;

    KernelStore &m_kernels;
    const DeviceWeights &m_weights;
    Plan m_plan;
    std::vector<int> m_steps; // of m_plan; the first of every shape
};

} // namespace reslens::engine
