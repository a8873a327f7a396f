#include "engine/gradient_pass.h"

#include "engine/kernels/gradient.h"
#include "engine/packing.h"
#include "vulkan/context.h"

#include <algorithm>
#include <cstring>

namespace reslens::engine {

namespace {

using vulkan::Buffer;
using vulkan::MemoryUse;

constexpr std::size_t kStepsPerSubmit = 24; // a submit is bounded; about eight blocks' convolutions and masks

} // namespace

GradientPass::GradientPass(KernelStore &kernels, const nn::Model &model, const DeviceWeights &transposed,
                           const Pass &forward, GradientPlan plan)
    : m_context(kernels.context()), m_network(model.network), m_forward(forward), m_plan(std::move(plan))
{
    for (const std::size_t texels : m_plan.bufferTexels)
        m_buffers.emplace_back(m_context, texels * kTexelBytes, MemoryUse::Device);
    for (const WeightStep &step : m_plan.weights) {
        const nn::Layer &layer = m_network.layers[step.layer];
        const WeightGradientLayout layout(*asConvolution(layer.op), forward.plan().shapes[layer.inputs[0]],
                                          m_plan.slotShapes[step.from]);
        m_weights.push_back({step, layout, Buffer(m_context, layout.floats() * sizeof(float), MemoryUse::Device)});
    }
    m_seed = Buffer(m_context, (packedTexels(m_plan.slotShapes[m_plan.logits]) - 1) * kTexelBytes, MemoryUse::Upload);
    m_scales = Buffer(m_context, std::max<std::size_t>(m_network.blocks.size(), 1) * sizeof(nn::BlockScale),
                      MemoryUse::Upload);
    record(kernels, transposed);
}

void GradientPass::record(KernelStore &kernels, const DeviceWeights &transposed)
{
    std::size_t steps = 0;
    m_segments.reserve((m_plan.steps.size() + m_weights.size()) / kStepsPerSubmit + 1);
    const auto begin = [&] {
        vulkan::Recorder &recorder = m_segments.emplace_back(m_context, 0);
        if (m_segments.size() == 1) {
            for (const Buffer &buffer : m_buffers)
                recorder.fillZero(buffer, kTexelBytes); // the texel that padding reads
            recorder.copy(m_seed, m_buffers[m_plan.bufferOf[m_plan.logits]], m_seed.sizeBytes(), kTexelBytes);
        }
    };
    const auto next = [&]() -> GradientRecording {
        if (steps++ % kStepsPerSubmit == 0)
            begin();
        return {m_network, m_forward.plan(), m_forward.buffers(), m_plan, m_buffers, transposed,
                m_scales,  kernels,          m_segments.back()};
    };
    for (const GradientStep &step : m_plan.steps)
        recordGradient(next(), step);
    for (const WeightResult &weight : m_weights)
        recordWeightGradient(next(), weight.step, weight.layout, weight.values);
    for (vulkan::Recorder &segment : m_segments)
        segment.finish();
}

void GradientPass::run(const Tensor &seed, const std::vector<nn::BlockScale> &scales, std::stop_token stop)
{
    const std::span<std::byte> bytes = m_seed.mapped();
    packActivations(seed, {reinterpret_cast<float *>(bytes.data()), bytes.size() / sizeof(float)});
    m_scaleValues = scales;
    m_scaleValues.resize(m_network.blocks.size());
    std::memcpy(m_scales.mapped().data(), m_scaleValues.data(), m_scaleValues.size() * sizeof(nn::BlockScale));
    for (vulkan::Recorder &segment : m_segments) {
        if (stop.stop_requested())
            throw Error{ErrorKind::Cancelled, "", "cancelled", {}};
        segment.submit();
    }
}

Tensor GradientPass::read(int slot) const
{
    const Shape shape = m_plan.slotShapes[slot];
    return unpackActivations(download(m_context, m_buffers[m_plan.bufferOf[slot]], 4, (packedTexels(shape) - 1) * 4),
                             shape);
}

const GradientPass::WeightResult &GradientPass::resultOf(int layer) const
{
    return *std::find_if(m_weights.begin(), m_weights.end(),
                         [&](const WeightResult &weight) { return weight.step.layer == layer; });
}

double GradientPass::factorOf(const WeightStep &step) const
{
    if (step.factor == Factor::One)
        return 1.0;
    const nn::BlockScale scale = m_scaleValues[step.block];
    return step.factor == Factor::Alpha ? scale.alpha : scale.beta;
}

std::vector<double> GradientPass::weightGradient(int layer) const
{
    const WeightResult &weight = resultOf(layer);
    return unpackWeightGradient(weight.layout, download(m_context, weight.values, 0, weight.layout.floats()));
}

std::vector<double> GradientPass::biasGradient(int layer) const
{
    const WeightStep &step = resultOf(layer).step;
    const Tensor gradient = read(step.from);
    const double factor = factorOf(step);
    std::vector<double> sums(gradient.shape.c, 0.0);
    const std::size_t plane = gradient.shape.planeCount();
    for (std::size_t i = 0; i < gradient.values.size(); ++i)
        sums[i / plane % sums.size()] += factor * gradient.values[i];
    return sums;
}

} // namespace reslens::engine
