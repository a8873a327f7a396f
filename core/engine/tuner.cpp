#include "engine/tuner.h"

#include "engine/kernels/convolve.h"

#include <algorithm>
#include <set>

namespace reslens::engine {

namespace {

using vulkan::Buffer;
using vulkan::MemoryUse;

constexpr std::size_t kTexelBytes = 4 * sizeof(float);
constexpr int kRuns = 3; // after one to warm up: compile, touch the memory

bool isConvolution(const nn::Op &op)
{
    return std::holds_alternative<nn::Conv2d>(op) || std::holds_alternative<nn::Linear>(op);
}

} // namespace

Tuner::Tuner(KernelStore &kernels, const nn::Network &network, const DeviceWeights &weights, Shape input)
    : m_kernels(kernels), m_weights(weights), m_plan(makePlan(network, input, Mode::Fast))
{
    std::set<std::string> seen;
    for (int s = 0; s < int(m_plan.steps.size()); ++s) {
        const Step &step = m_plan.steps[s];
        if (!isConvolution(network.layers[step.op].op))
            continue;
        const std::string key = ConvolutionTask{"conv2d", m_weights.convolution(step.op).shape,
                                                m_plan.shapes[step.inputs[0]], m_plan.outputShape(step)}
                                    .key();
        if (!m_kernels.choices().find(key) && seen.insert(key).second)
            m_steps.push_back(s);
    }
}

double Tuner::measure(const ConvolutionTask &task, const DeviceConvolution &weights, const KernelChoice &choice)
{
    const vulkan::Context &context = m_kernels.context();
    const Buffer x(context, packedTexels(task.in) * kTexelBytes, MemoryUse::Device);
    const Buffer y(context, packedTexels(task.out) * kTexelBytes, MemoryUse::Device);
    const Buffer scales(context, kTexelBytes, MemoryUse::Device);
    vulkan::Recorder zero(context, 0);
    zero.fillZero(x, x.sizeBytes());
    zero.finish();
    zero.submit();
    vulkan::Recorder recorder(context, 4);
    const Convolving what{"conv2d", Direction::Forward, weights, task.in, task.out, -1, 0};
    recordConvolving(m_kernels, recorder, what, {x, x, scales, y}, choice);
    recorder.finish();
    double least = 1e300;
    for (int run = -1; run < kRuns; ++run) {
        recorder.submit();
        const std::vector<double> ms = recorder.dispatchMs();
        if (run >= 0 && !ms.empty())
            least = std::min(least, ms.front());
    }
    return least;
}

void Tuner::measureNext()
{
    const Step &step = m_plan.steps[m_steps.back()];
    m_steps.pop_back();
    const DeviceConvolution &weights = m_weights.convolution(step.op);
    const ConvolutionTask task{"conv2d", weights.shape, m_plan.shapes[step.inputs[0]], m_plan.outputShape(step)};
    const std::vector<KernelChoice> all = candidates(task, m_kernels.context().facts(), m_kernels.wantedTeam());
    KernelChoice best = all.front();
    double least = 1e300;
    for (const KernelChoice &choice : all)
        if (const double ms = measure(task, weights, choice); ms < least) {
            least = ms;
            best = choice;
        }
    m_kernels.choices().put(task.key(), best);
}

} // namespace reslens::engine
