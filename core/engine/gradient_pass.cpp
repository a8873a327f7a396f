#include "engine/gradient_pass.h"

#include "engine/kernels/gradient.h"
#include "engine/packing.h"
#include "engine/zero_texel.h"
#include "vulkan/context.h"

#include <algorithm>
#include <cstring>
#include <map>

namespace reslens::engine {

namespace {

using vulkan::Buffer;
using vulkan::MemoryUse;

constexpr std::size_t kStepsPerSubmit = 24; // a submit is bounded; about eight blocks' convolutions and masks
constexpr std::size_t kDispatches = 4;      // of a step, at the most: one for each residue of stride 2

} // namespace

GradientPass::GradientPass(KernelStore &kernels, const nn::Model &model, const DeviceWeights &transposed, Pass &forward,
                           GradientPlan plan)
    : m_context(kernels.context()), m_network(model.network), m_forward(forward), m_plan(std::move(plan))
{
    for (const std::size_t texels : m_plan.bufferTexels)
        m_buffers.emplace_back(m_context, texels * kTexelBytes, MemoryUse::Device);
    writeZeroTexels(m_context, m_buffers);
    for (const WeightStep &step : m_plan.weights) {
        const nn::Layer &layer = m_network.layers[step.layer];
        const WeightGradientTask task{*asConvolution(layer.op), forward.plan().shapes[layer.inputs[0]],
                                      m_plan.slotShapes[step.from]};
        m_weights.push_back({step, {task, kernels.choiceFor(task)}, 0});
    }
    makeWeightBuffers();
    m_seed = Buffer(m_context, (packedTexels(m_plan.slotShapes[m_plan.logits]) - 1) * kTexelBytes, MemoryUse::Upload);
    m_scales = Buffer(m_context, std::max<std::size_t>(m_network.blocks.size(), 1) * sizeof(nn::BlockScale),
                      MemoryUse::Upload);
    record(kernels, transposed);
}

/// One for each weight step; where blocks share buffers, one for each of a block's.
void GradientPass::makeWeightBuffers()
{
    std::vector<std::size_t> floats;
    std::vector<int> shared; // buffers of the blocks' weights
    std::map<int, std::size_t> used;
    for (WeightResult &weight : m_weights) {
        const int block = m_plan.keep == Keep::All ? -1 : m_plan.blockOf(weight.step);
        if (block >= 0 && used[block] < shared.size()) {
            weight.buffer = shared[used[block]++];
            floats[weight.buffer] = std::max(floats[weight.buffer], weight.form.layout.floats());
            continue;
        }
        weight.buffer = int(floats.size());
        floats.push_back(weight.form.layout.floats());
        if (block >= 0) {
            shared.push_back(weight.buffer);
            ++used[block];
        }
    }
    for (const std::size_t count : floats)
        m_weightBuffers.emplace_back(m_context, count * sizeof(float), MemoryUse::Device);
}

/// Where a step of `block` is recorded: it ends with the block where the next one's activations take their place.
GradientPass::Segment &GradientPass::segmentFor(int block)
{
    const bool endsWithBlock = m_plan.keep != Keep::All || m_forward.plan().mode == Mode::Checkpoints;
    if (m_segments.empty() || (endsWithBlock && m_segments.back().block != block) ||
        m_stepsInSegment == kStepsPerSubmit) {
        m_segments.push_back({block, vulkan::Recorder(m_context, kStepsPerSubmit * kDispatches), TimedSteps()});
        m_stepsInSegment = 0;
    }
    ++m_stepsInSegment;
    return m_segments.back();
}

void GradientPass::record(KernelStore &kernels, const DeviceWeights &transposed)
{
    const auto recordOn = [&](int block, int layer, auto recordStep) {
        Segment &segment = segmentFor(block);
        const GradientRecording to{m_network, m_forward.plan(), m_forward.buffers(), m_plan, m_buffers, transposed,
                                   m_scales,  kernels,          segment.commands};
        segment.kernels.add(segment.commands, layer, [&] { return recordStep(to); });
    };
    const auto recordWeightsOf = [&](int block) {
        for (const auto &[step, form, buffer] : m_weights)
            if (m_plan.blockOf(step) == block)
                recordOn(block, step.layer,
                         [&, &of = step, &as = form, &result = m_weightBuffers[buffer]](const auto &to) {
                             return recordWeightGradient(to, of, as, result);
                         });
    };
    vulkan::Recorder &first = segmentFor(m_plan.blockOf(m_plan.steps.front())).commands;
    first.copy(m_seed, m_buffers[m_plan.bufferOf[m_plan.logits]], m_seed.sizeBytes(), kTexelBytes);
    int block = -1;
    for (const GradientStep &step : m_plan.steps) {
        const int next = m_plan.blockOf(step);
        if (next != block && block >= 0)
            recordWeightsOf(block); // while the block's activations and gradients are there
        block = next;
        recordOn(block, step.layer, [&](const auto &to) { return recordGradient(to, step); });
    }
    if (block >= 0)
        recordWeightsOf(block);
    recordWeightsOf(-1); // the head's and the stem's, whose activations and gradients are kept
    for (Segment &segment : m_segments)
        segment.commands.finish();
}

void GradientPass::submit(Segment &segment)
{
    if (segment.block >= 0)
        m_forward.recall(m_network.blocks[segment.block].y);
    segment.commands.submit();
}

void GradientPass::recall(int block)
{
    if (m_plan.keep == Keep::All || block < 0 || block == m_recalled)
        return;
    if (m_forward.runs() != m_forwardRuns)
        throw Error{ErrorKind::Unsupported,
                    "gradients",
                    "memory does not suffice to keep them all, and the trace that they are of has run again since: ask "
                    "for them anew",
                    {}};
    m_recalled = -1; // should a submit fail
    for (Segment &segment : m_segments)
        if (segment.block == block)
            submit(segment);
    m_recalled = block;
}

void GradientPass::run(const Tensor &seed, const std::vector<nn::BlockScale> &scales, std::stop_token stop)
{
    const std::span<std::byte> bytes = m_seed.mapped();
    packActivations(seed, {reinterpret_cast<float *>(bytes.data()), bytes.size() / sizeof(float)});
    m_scaleValues = scales;
    m_scaleValues.resize(m_network.blocks.size());
    std::memcpy(m_scales.mapped().data(), m_scaleValues.data(), m_scaleValues.size() * sizeof(nn::BlockScale));
    m_recalled = -1;
    m_forwardRuns = m_forward.runs();
    for (Segment &segment : m_segments) {
        if (stop.stop_requested())
            throw Error{ErrorKind::Cancelled, "", "cancelled", {}};
        submit(segment);
    }
}

std::vector<nn::LayerTime> GradientPass::times() const
{
    std::vector<nn::LayerTime> result;
    for (const Segment &segment : m_segments)
        segment.kernels.appendTo(result, segment.commands);
    return result;
}

Tensor GradientPass::read(int slot)
{
    recall(m_plan.insideOf[slot]);
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

std::vector<double> GradientPass::weightGradient(int layer)
{
    const WeightResult &weight = resultOf(layer);
    recall(m_plan.blockOf(weight.step));
    return unpackWeightGradient(weight.form.layout,
                                download(m_context, m_weightBuffers[weight.buffer], 0, weight.form.layout.floats()));
}

std::vector<double> GradientPass::biasGradient(int layer)
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
