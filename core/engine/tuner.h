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
    /// Tunes the forward pass of `network` over `input`; with `transposed`, a backward pass's weights, that pass too.
    /// All arguments must outlive the tuner.
    Tuner(KernelStore &kernels, const nn::Network &network, Shape input, const DeviceWeights &weights,
          const DeviceWeights *transposed);

    /// The number of shapes that have no choice yet.
    int remaining() const { return int(m_jobs.size()); }
    /// Measures one of them and keeps the choice: compiles its variants, then runs them for half a second, or twice
    /// each if that takes longer. A variant that the driver refuses does not count. Throws vk::SystemError, and
    /// Error{Cancelled} if somebody asked for a stop between two variants; compiled variants are kept.
    void measureNext(const std::stop_token &stop);

private:
    /// The measurement of one shape.
    struct Job {
        std::string key;
        std::vector<KernelChoice> choices;
        std::vector<std::size_t> bufferBytes;
        std::function<void(vulkan::Recorder &, const KernelChoice &, const std::vector<vulkan::Buffer> &)> record;
    };

    void addConvolution(Direction direction, const DeviceWeights &weights, int layer, Shape in, Shape out);
    void addWeightGradient(const WeightGradientTask &task);
    /// The possible choices for `task`; none if it already has one, or is about to.
    template <typename Task>
    std::vector<KernelChoice> openChoices(const Task &task) const;
    /// Records `job` with `choice`; empty if the device refuses it and it is not the default.
    std::optional<vulkan::Recorder> recorded(const Job &job, const KernelChoice &choice,
                                             const std::vector<vulkan::Buffer> &buffers) const;
    /// The shortest time of a few runs of each choice, in ms; infinite for a choice that is impossible.
    std::vector<double> times(const Job &job, const std::stop_token &stop);

    KernelStore &m_kernels;
    std::vector<Job> m_jobs; // the next one is last
};

} // namespace reslens::engine
