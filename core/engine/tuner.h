// Measures the variants of every convolution of a pass, forward and backward, each shape once, and keeps the fastest.
#pragma once

#include "engine/kernel_store.h"
#include "engine/weights.h"
#include "vulkan/recorder.h"

#include <functional>
#include <optional>
#include <stop_token>

namespace reslens::engine {

class Tuner {
public:
    /// Of the forward pass of `network` over `input`; with `transposed`, a backward pass's weights, of that pass too.
    /// All arguments outlive it.
    Tuner(KernelStore &kernels, const nn::Network &network, Shape input, const DeviceWeights &weights,
          const DeviceWeights *transposed);

    /// How many shapes have no choice yet.
    int remaining() const { return int(m_jobs.size()); }
    /// Measures one of them, when its variants are compiled for half a second, or twice each if that takes longer, and
    /// keeps the choice. A variant that the driver refuses is none. Throws vk::SystemError, and Error{Cancelled} when a
    /// stop was asked for between two variants: what they have compiled by then is not lost.
    void measureNext(const std::stop_token &stop);

private:
    /// What is measured of one shape.
    struct Job {
        std::string key;
        std::vector<KernelChoice> choices;
        std::vector<std::size_t> bufferBytes;
        std::function<void(vulkan::Recorder &, const KernelChoice &, const std::vector<vulkan::Buffer> &)> record;
    };

    void addConvolution(Direction direction, const DeviceWeights &weights, int layer, Shape in, Shape out);
    void addWeightGradient(const WeightGradientTask &task);
    /// The choices among which `task`'s is to be made; none where it has been, or is about to be.
    template <typename Task>
    std::vector<KernelChoice> openChoices(const Task &task) const;
    /// Nothing if that is impossible and `choice` is not the default.
    std::optional<vulkan::Recorder> recorded(const Job &job, const KernelChoice &choice,
                                             const std::vector<vulkan::Buffer> &buffers) const;
    /// The shortest of a few runs of each choice, in ms; infinite where it is not possible.
    std::vector<double> times(const Job &job, const std::stop_token &stop);

    KernelStore &m_kernels;
    std::vector<Job> m_jobs; // the next one is last
};

} // namespace reslens::engine
