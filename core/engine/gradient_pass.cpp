#include "engine/gradient_pass.h"

#include "engine/activation_buffers.h"
#include "engine/kernels/gradient.h"
#include "engine/packing.h"
#include "vulkan/context.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

namespace reslens::engine {

namespace {

using vulkan::Buffer;
using vulkan::MemoryUse;

constexpr std::size_t kStepsPerSubmit = 24; // a submit is bounded; about eight blocks' convolutions and masks
constexpr std::size_t kDispatches = 4;      // of a step, at the most: one for each residue of stride 2

double unitOf(const Tensor &seed)
{
    float largest = 0;
    for (const float value : seed.values)
        largest = std::max(largest, std::abs(value));
    return largest > 0 && std::isfinite(largest) ? std::ldexp(1.0, std::clamp(std::ilogb(largest), -126, 126)) : 1.0;
}

} // namespace

GradientPass::GradientPass(KernelStore &kernels, const nn::Model &model, const DeviceWeights &transposed, Pass &forward,
                           GradientPlan plan)
    : m_kernels(kernels), m_context(kernels.context()), m_network(model.network), m_transposed(transposed),
      m_forward(forward), m_plan(std::move(plan))
{
    m_seed = Buffer(m_context, (packedTexels(m_plan.slotShapes[m_plan.logits]) - 1) * kTexelBytes, MemoryUse::Upload);
    m_scales = Buffer(m_context, std::max<std::size_t>(m_network.blocks.size(), 1) * sizeof(nn::BlockScale),
                      MemoryUse::Upload);
    make();
}

void GradientPass::make()
{
    try {
        m_buffers = makeActivationBuffers(m_context, m_plan.bufferTexels);
        record();
    } catch (...) {
        clear();
        throw;
    }
}

void GradientPass::clear()
{
    m_weights.reset();
    m_segments.clear();
    m_buffers.clear();
}

bool GradientPass::letGo()
{
    if (m_buffers.empty() || m_forward.runs() != m_forwardRuns)
        return false;
    clear();
    m_plan = makeGradientPlan(m_network, m_forward.plan().shapes, Keep::BetweenBlocks);
    return true;
}

std::pair<GradientPass::Segment &, GradientRecording>
GradientPass::segmentFor(int block, std::vector<Segment> &segments, bool endsWithBlock)
{
    if (segments.empty() || (endsWithBlock && segments.back().block != block) ||
        segments.back().steps == kStepsPerSubmit)
        segments.push_back({block, vulkan::Recorder(m_context, kStepsPerSubmit * kDispatches), TimedSteps()});
    Segment &segment = segments.back();
    ++segment.steps;
    return {segment, GradientRecording{m_network, m_forward.plan(), m_forward.buffers(), m_plan, m_buffers,
                                       m_transposed, m_scales, m_kernels, segment.commands}};
}

void GradientPass::record()
{
    m_forward.restore();
    m_forwardRecordings = 0; // until all is recorded
    m_weights.reset();
    m_segments.clear();
    // Where the next block's activations or gradients take their place, a segment ends with its block.
    const bool endsWithBlock = m_plan.keep != Keep::All || m_forward.plan().mode == Mode::Checkpoints;
    for (const GradientStep &step : m_plan.steps) {
        const bool isFirst = m_segments.empty();
        const auto [segment, to] = segmentFor(m_plan.blockOf(step), m_segments, endsWithBlock);
        if (isFirst)
            segment.commands.copy(m_seed, m_buffers[m_plan.bufferOf[m_plan.logits]], m_seed.sizeBytes(), kTexelBytes);
        segment.kernels.add(segment.commands, step.layer, [&, &as = to] { return recordGradient(as, step); });
    }
    for (Segment &segment : m_segments)
        segment.commands.finish();
    m_forwardRecordings = m_forward.recordings();
}

/// Each has its own buffer or, where blocks share theirs, one for each of a block's.
void GradientPass::makeBuffers(Weights &weights) const
{
    const bool areShared = m_plan.keep != Keep::All;
    std::vector<std::size_t> floats, shared; // `shared`: buffers of the blocks' weights
    std::map<int, std::size_t> used;         // of them, by block
    for (WeightResult &weight : weights.results) {
        const int block = m_plan.blockOf(weight.step);
        const bool isShared = areShared && block >= 0;
        if (isShared && used[block] < shared.size()) {
            weight.buffer = shared[used[block]];
        } else {
            weight.buffer = floats.size();
            floats.push_back(0);
            if (isShared)
                shared.push_back(weight.buffer);
        }
        if (isShared)
            ++used[block];
        floats[weight.buffer] = std::max(floats[weight.buffer], weight.form.layout.floats());
    }
    for (const std::size_t count : floats)
        weights.buffers.emplace_back(m_context, count * sizeof(float), MemoryUse::Device);
}

GradientPass::Weights GradientPass::recordedWeights()
{
    Weights weights;
    for (const WeightStep &step : m_plan.weights) {
        const nn::Layer &layer = m_network.layers[step.layer];
        const WeightGradientTask task{*asConvolution(layer.op), m_forward.plan().shapes[layer.inputs[0]],
                                      m_plan.slotShapes[step.from]};
        weights.results.push_back({step, {task, m_kernels.choiceFor(task)}, 0, 0});
    }
    std::stable_sort(weights.results.begin(), weights.results.end(), [&](const WeightResult &a, const WeightResult &b) {
        return m_plan.blockOf(a.step) > m_plan.blockOf(b.step);
    });
    makeBuffers(weights);
    const bool endsWithBlock = m_plan.keep != Keep::All || m_forward.plan().mode == Mode::Checkpoints;
    for (WeightResult &weight : weights.results) {
        const auto [segment, to] = segmentFor(m_plan.blockOf(weight.step), weights.segments, endsWithBlock);
        weight.segment = weights.segments.size() - 1;
        segment.kernels.add(segment.commands, weight.step.layer, [&, &as = to] {
            return recordWeightGradient(as, weight.step, weight.form, weights.buffers[weight.buffer]);
        });
    }
    for (Segment &segment : weights.segments)
        segment.commands.finish();
    return weights;
}

/// Records anew if the forward pass was.
void GradientPass::follow(const std::stop_token &stop)
{
    m_forward.restore(stop);
    if (m_forwardRecordings != m_forward.recordings())
        record();
}

void GradientPass::restore(const std::stop_token &stop)
{
    expectSameForward();
    if (!m_buffers.empty())
        return follow(stop);
    make();
    try {
        submitAll(stop);
    } catch (...) { // what is there of the gradients is worth nothing
        clear();
        throw;
    }
}

GradientPass::Weights &GradientPass::weights()
{
    return m_weights ? *m_weights : m_weights.emplace(recordedWeights());
}

void GradientPass::submit(Segment &segment)
{
    if (segment.block >= 0)
        m_forward.recall(m_network.blocks[segment.block].y);
    segment.commands.submit();
    segment.isDone = true;
}

void GradientPass::expectSameForward() const
{
    if (m_forward.runs() != m_forwardRuns)
        throw Error{ErrorKind::Unsupported,
                    "gradients",
                    "not all of them had been computed, or memory did not suffice to keep them, and the trace that "
                    "they are of has run again since: ask for them anew",
                    {}};
}

void GradientPass::recall(int block)
{
    if (m_plan.keep == Keep::All || block < 0 || block == m_recalled)
        return;
    restore();
    m_recalled = -1; // should a submit fail
    for (Segment &segment : m_segments)
        if (segment.block == block)
            submit(segment);
    m_recalled = block;
}

void GradientPass::run(const Tensor &seed, const std::vector<nn::BlockScale> &scales, std::stop_token stop)
{
    m_forwardRuns = m_forward.runs(); // first: what there was may be let go from now on
    m_buffers.empty() ? make() : follow(stop);
    packActivations(seed, m_seed.floats());
    m_unit = unitOf(seed);
    m_scaleValues = scales;
    m_scaleValues.resize(m_network.blocks.size());
    std::memcpy(m_scales.mapped().data(), m_scaleValues.data(), m_scaleValues.size() * sizeof(nn::BlockScale));
    if (m_weights)
        for (Segment &segment : m_weights->segments)
            segment.isDone = false;
    submitAll(stop);
}

void GradientPass::submitAll(const std::stop_token &stop)
{
    m_recalled = -1;
    for (Segment &segment : m_segments) {
        if (stop.stop_requested())
            throw Error{ErrorKind::Cancelled, "", "cancelled", {}};
        submit(segment);
    }
}

std::vector<nn::LayerTime> GradientPass::times() const
{
    std::vector<nn::LayerTime> result;
    const auto append = [&result](const std::vector<Segment> &segments) {
        for (const Segment &segment : segments)
            if (segment.isDone)
                segment.kernels.appendTo(result, segment.commands);
    };
    append(m_segments);
    if (m_weights)
        append(m_weights->segments);
    return result;
}

void GradientPass::compute(Segment &ofWeights)
{
    if (ofWeights.isDone)
        return;
    if (m_plan.keep != Keep::All) {
        recall(ofWeights.block);
        for (Segment &other : m_weights->segments) // those of the blocks have one another's buffers
            other.isDone = other.isDone && (other.block < 0 || ofWeights.block < 0);
    }
    submit(ofWeights);
}

void GradientPass::computeWeights(std::stop_token stop)
{
    if (m_weights && std::ranges::all_of(m_weights->segments, &Segment::isDone))
        return;
    restore(stop);
    for (Segment &segment : weights().segments) {
        if (stop.stop_requested())
            throw Error{ErrorKind::Cancelled, "", "cancelled", {}};
        compute(segment);
    }
}

void GradientPass::look(int slot)
{
    if (m_buffers.empty())
        restore();
    recall(m_plan.insideOf[slot]);
}

Tensor GradientPass::read(int slot)
{
    look(slot);
    const Shape shape = m_plan.slotShapes[slot];
    return unpackActivations(download(m_context, buffer(slot), 4, (packedTexels(shape) - 1) * 4), shape);
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
    const auto result = [&]() -> const WeightResult & {
        return *std::ranges::find(m_weights->results, layer, [](const WeightResult &one) { return one.step.layer; });
    };
    if (!m_weights || !m_weights->segments[result().segment].isDone) {
        restore();
        weights();
        compute(m_weights->segments[result().segment]);
    }
    const WeightGradientLayout &layout = result().form.layout;
    return unpackWeightGradient(layout, download(m_context, m_weights->buffers[result().buffer], 0, layout.floats()));
}

std::vector<double> GradientPass::biasGradient(int layer)
{
    const WeightStep &step = *std::ranges::find(m_plan.weights, layer, &WeightStep::layer);
    const Tensor gradient = read(step.from);
    const double factor = factorOf(step);
    std::vector<double> sums(gradient.shape.c, 0.0);
    const std::size_t plane = gradient.shape.planeCount();
    for (std::size_t i = 0; i < gradient.values.size(); ++i)
        sums[i / plane % sums.size()] += factor * gradient.values[i];
    return sums;
}

} // namespace reslens::engine
