#include "engine/tuner.h"

#include "engine/kernels/convolve.h"
#include "engine/program.h"
#include "vulkan/context.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <numeric>

namespace reslens::engine {

namespace {

using vulkan::Buffer;

constexpr int kRounds = 5;     // after one warm-up round, which compiles and touches the memory
constexpr double kGain = 0.95; // a speed-up below 5 % may be noise
constexpr std::chrono::milliseconds kBudget{500};
constexpr std::uint32_t kDispatches = 4; // at most, for a choice: one for each residue of stride 2

void throwIfStopped(const std::stop_token &stop)
{
    if (stop.stop_requested())
        throw Error{ErrorKind::Cancelled, "", "cancelled", {}};
}

/// The default, which is the first, unless another is clearly faster.
std::size_t fastest(const std::vector<double> &times)
{
    const auto least = std::min_element(times.begin(), times.end());
    return *least < kGain * times.front() ? std::size_t(least - times.begin()) : 0;
}

std::size_t packedBytes(Shape shape)
{
    return packedTexels(shape) * kTexelBytes;
}

} // namespace

Tuner::Tuner(KernelStore &kernels, const nn::Network &network, Shape input, const DeviceWeights &weights,
             const DeviceWeights *transposed)
    : m_kernels(kernels)
{
    const std::vector<Shape> shapes = nn::layerShapes(network, input);
    for (int l = 0; l < int(network.layers.size()); ++l) {
        const auto op = asConvolution(network.layers[l].op);
        if (!op)
            continue;
        const Shape in = shapes[network.layers[l].inputs[0]], out = shapes[l];
        addConvolution(Direction::Forward, weights, l, in, out);
        if (transposed) {
            addConvolution(Direction::Backward, *transposed, l, out, in);
            addWeightGradient({*op, in, out});
        }
    }
}

template <typename Task>
std::vector<KernelChoice> Tuner::openChoices(const Task &task) const
{
    const std::string key = task.key();
    const bool isMade = m_kernels.choices().find(key) ||
                        std::any_of(m_jobs.begin(), m_jobs.end(), [&](const Job &job) { return job.key == key; });
    return isMade ? std::vector<KernelChoice>() : m_kernels.possibleFor(task);
}

void Tuner::addConvolution(Direction direction, const DeviceWeights &weights, int layer, Shape in, Shape out)
{
    const Convolving what{direction, weights, layer, in, out, -1, 0};
    std::vector<KernelChoice> choices = openChoices(what.task());
    if (choices.empty())
        return;
    m_jobs.push_back(
        {what.task().key(),
         std::move(choices),
         {packedBytes(in), packedBytes(out), kTexelBytes},
         [this, what](vulkan::Recorder &to, const KernelChoice &choice, const std::vector<Buffer> &buffers) {
             recordConvolving(m_kernels, to, what, {buffers[0], buffers[0], buffers[2], buffers[1]}, choice);
             what.weights.waitFor(what.layer);
         }});
}

void Tuner::addWeightGradient(const WeightGradientTask &task)
{
    std::vector<KernelChoice> choices = openChoices(task);
    if (choices.empty())
        return;
    std::size_t floats = 0;
    for (const KernelChoice &choice : choices)
        floats = std::max(floats, WeightGradientForm(task, choice).layout.floats());
    m_jobs.push_back(
        {task.key(),
         std::move(choices),
         {packedBytes(task.in), packedBytes(task.out), kTexelBytes, floats * sizeof(float)},
         [this, task](vulkan::Recorder &to, const KernelChoice &choice, const std::vector<Buffer> &buffers) {
             recordWeightGradient(m_kernels, to, {task, choice}, 0, 0,
                                  {buffers[0], buffers[1], buffers[2], buffers[3]});
         }});
}

void Tuner::measureNext(const std::stop_token &stop)
{
    const Job &job = m_jobs.back();
    const std::size_t chosen = fastest(times(job, stop));
    m_kernels.choices().put(job.key, job.choices[chosen], chosen == 0);
    m_jobs.pop_back();
}

std::optional<vulkan::Recorder> Tuner::recorded(const Job &job, const KernelChoice &choice,
                                                const std::vector<Buffer> &buffers) const
{
    try {
        vulkan::Recorder recorder(m_kernels.context(), kDispatches);
        job.record(recorder, choice, buffers);
        recorder.finish();
        return recorder;
    } catch (const vk::SystemError &) {
        if (choice == job.choices.front()) // passes must be able to run with the default
            throw;
        return std::nullopt;
    }
}

std::vector<double> Tuner::times(const Job &job, const std::stop_token &stop)
{
    using Clock = std::chrono::steady_clock;
    const vulkan::Context &context = m_kernels.context();
    std::vector<Buffer> buffers;
    vulkan::Recorder zero(context, 0);
    for (const std::size_t bytes : job.bufferBytes)
        zero.fillZero(buffers.emplace_back(context, bytes, vulkan::MemoryUse::Device), bytes);
    zero.finish();
    zero.submit();

    std::vector<std::optional<vulkan::Recorder>> recorders; // empty: not possible on this device
    recorders.reserve(job.choices.size());
    for (const KernelChoice &choice : job.choices) {
        throwIfStopped(stop);
        recorders.push_back(recorded(job, choice, buffers));
    }
    // The choices take turns, because a machine with other work is sometimes faster and sometimes slower.
    std::vector<double> least(job.choices.size(), std::numeric_limits<double>::infinity());
    Clock::time_point begin = Clock::now();
    for (int round = -1; round < kRounds && (round < 1 || Clock::now() - begin < kBudget); ++round) {
        if (round == 0)
            begin = Clock::now();
        for (std::size_t i = 0; i < recorders.size(); ++i) {
            throwIfStopped(stop);
            if (!recorders[i])
                continue;
            recorders[i]->submit();
            if (const std::vector<double> ms = recorders[i]->dispatchMs(); round >= 0 && !ms.empty())
                least[i] = std::min(least[i], std::accumulate(ms.begin(), ms.end(), 0.0));
        }
    }
    return least;
}

} // namespace reslens::engine
