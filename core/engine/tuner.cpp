#include "engine/tuner.h"

#include "engine/kernels/convolve.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <set>

namespace reslens::engine {

namespace {

using vulkan::Buffer;
using vulkan::MemoryUse;

constexpr int kRounds = 5;     // after one to warm up: compile, touch the memory
constexpr double kGain = 0.95; // what is less faster than this may be chance

void throwIfStopped(const std::stop_token &stop)
{
    if (stop.stop_requested())
        throw Error{ErrorKind::Cancelled, "", "cancelled", {}};
}

/// The first, the default, unless another is clearly faster.
std::size_t fastest(const std::vector<double> &times)
{
    const auto least = std::min_element(times.begin(), times.end());
    return *least < kGain * times.front() ? std::size_t(least - times.begin()) : 0;
}

} // namespace

Tuner::Tuner(KernelStore &kernels, const nn::Network &network, const DeviceWeights &weights, Shape input)
    : m_kernels(kernels), m_weights(weights), m_plan(makePlan(network, input, Mode::Fast))
{
    std::set<std::string> seen;
    for (int s = 0; s < int(m_plan.steps.size()); ++s) {
        const Step &step = m_plan.steps[s];
        if (!asConvolution(network.layers[step.op].op))
            continue;
        const std::string key = taskOf(step).key();
        if (!m_kernels.choices().find(key) && seen.insert(key).second)
            m_steps.push_back(s);
    }
}

ConvolutionTask Tuner::taskOf(const Step &step) const
{
    const DeviceConvolution &weights = m_weights.convolution(step.op);
    return {"conv2d", weights.shape, m_plan.shapes[step.inputs[0]], m_plan.outputShape(step), weights.format};
}

void Tuner::measureNext(const std::stop_token &stop)
{
    const Step &step = m_plan.steps[m_steps.back()];
    m_weights.waitFor(step.op);
    const ConvolutionTask task = taskOf(step);
    const std::vector<KernelChoice> all = candidates(task, m_kernels.context().facts(), m_kernels.wantedTeam());
    m_kernels.choices().put(task.key(), all[fastest(times(step.op, task, all, stop))]);
    m_steps.pop_back();
}

std::vector<double> Tuner::times(int layer, const ConvolutionTask &task, const std::vector<KernelChoice> &choices,
                                 const std::stop_token &stop)
{
    const vulkan::Context &context = m_kernels.context();
    const Buffer x(context, packedTexels(task.in) * kTexelBytes, MemoryUse::Device);
    const Buffer y(context, packedTexels(task.out) * kTexelBytes, MemoryUse::Device);
    const Buffer scales(context, kTexelBytes, MemoryUse::Device);
    vulkan::Recorder zero(context, 0);
    zero.fillZero(x, x.sizeBytes());
    zero.finish();
    zero.submit();

    std::vector<vulkan::Recorder> recorders;
    recorders.reserve(choices.size());
    const Convolving what{Direction::Forward, m_weights, layer, task.in, task.out, -1, 0};
    for (const KernelChoice &choice : choices) {
        throwIfStopped(stop);
        vulkan::Recorder &recorder = recorders.emplace_back(context, 1);
        recordConvolving(m_kernels, recorder, what, {x, x, scales, y}, choice);
        recorder.finish();
    }
    // In turns, since a machine that does other things too is now faster and now slower.
    std::vector<double> least(choices.size(), std::numeric_limits<double>::infinity());
    for (int round = -1; round < kRounds; ++round)
        for (std::size_t i = 0; i < recorders.size(); ++i) {
            throwIfStopped(stop);
            recorders[i].submit();
            if (const std::vector<double> ms = recorders[i].dispatchMs(); round >= 0 && !ms.empty())
                least[i] = std::min(least[i], std::accumulate(ms.begin(), ms.end(), 0.0));
        }
    return least;
}

} // namespace reslens::engine
