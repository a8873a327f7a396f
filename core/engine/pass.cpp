#include "engine/pass.h"

#include "engine/activation_buffers.h"
#include "engine/kernels/record.h"
#include "engine/packing.h"
#include "vulkan/context.h"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace reslens::engine {

namespace {

using vulkan::Buffer;
using vulkan::MemoryUse;

// A submit is bounded, so that a display's watchdog never kills it and a stop is answered soon.
// While weights are still being filled in, it waits for fewer of them.
constexpr std::int64_t kMacsPerSubmit = 2'000'000'000, kMacsWhileFilling = 500'000'000;

/// The first step of every block, or no steps in fast mode, which cannot resume at a block.
std::vector<int> blockStarts(const nn::Network &network, const Plan &plan)
{
    std::vector<int> starts;
    for (int s = 0; plan.mode != Mode::Fast && s < int(plan.steps.size()); ++s)
        if (starts.size() < network.blocks.size() && plan.steps[s].op >= network.blocks[starts.size()].firstLayer)
            starts.push_back(s);
    return starts;
}

/// The steps of each submit: [begin, end) pairs, cut where the work is enough for one, and before every block that a
/// trace may resume at.
std::vector<std::pair<int, int>> splitIntoSubmits(const nn::Network &network, const Plan &plan,
                                                  const std::vector<int> &starts, std::int64_t macs)
{
    std::vector<std::pair<int, int>> ranges;
    std::int64_t work = 0;
    int begin = 0;
    for (int s = 0; s < int(plan.steps.size()); ++s) {
        work += nn::macsOf(network.layers[plan.steps[s].op].op, plan.outputShape(plan.steps[s]));
        const bool isLast = s + 1 == int(plan.steps.size());
        if (work >= macs || isLast || std::binary_search(starts.begin(), starts.end(), s + 1)) {
            ranges.emplace_back(begin, s + 1);
            begin = s + 1;
            work = 0;
        }
    }
    return ranges;
}

} // namespace

Pass::Pass(KernelStore &kernels, const nn::Model &model, const DeviceWeights &weights, Shape input, Mode mode)
    : m_kernels(kernels), m_context(kernels.context()), m_network(model.network), m_weights(weights),
      m_plan(makePlan(model.network, input, mode))
{
    m_input = Buffer(m_context, (packedTexels(input) - 1) * kTexelBytes, MemoryUse::Upload);
    m_scales = Buffer(m_context, std::max<std::size_t>(m_network.blocks.size(), 1) * sizeof(nn::BlockScale),
                      MemoryUse::Upload);
    const std::size_t headBytes = packedTexels(m_plan.shapes[m_network.logits]) * kTexelBytes;
    m_logits = Buffer(m_context, headBytes, MemoryUse::Readback);
    m_probabilities = Buffer(m_context, headBytes, MemoryUse::Readback);
    make();
}

void Pass::make()
{
    try {
        m_slots = makeActivationBuffers(m_context, m_plan.slotTexels);
        record();
    } catch (...) {
        clear();
        throw;
    }
}

void Pass::clear()
{
    m_segments.clear();
    m_segmentOf.clear();
    m_slots.clear();
}

bool Pass::letGo()
{
    if (m_plan.mode == Mode::Fast || m_slots.empty())
        return false;
    clear();
    Plan plan = makePlan(m_network, m_plan.shapes[0], Mode::Checkpoints);
    plan.shapes.swap(m_plan.shapes); // the same, and somebody may be looking at them
    m_plan = std::move(plan);
    return true;
}

void Pass::restore(const std::stop_token &stop)
{
    if (!m_slots.empty())
        return;
    make();
    try {
        submitFrom(0, stop);
    } catch (...) { // what is there of the tensors is worth nothing
        clear();
        throw;
    }
}

void Pass::record()
{
    ++m_recordings;
    const auto bufferOf = [&](int layer) -> const Buffer & { return m_slots[m_plan.slotOf[layer]]; };
    const std::vector<int> starts = blockStarts(m_network, m_plan);
    const auto ranges =
        splitIntoSubmits(m_network, m_plan, starts, m_weights.isFilling() ? kMacsWhileFilling : kMacsPerSubmit);
    m_segments.reserve(ranges.size());
    for (const auto &[begin, end] : ranges) {
        if (std::binary_search(starts.begin(), starts.end(), begin))
            m_segmentOf.push_back(m_segments.size());
        Segment &segment = m_segments.emplace_back(
            Segment{begin, end, vulkan::Recorder(m_context, std::uint32_t(end - begin)), TimedSteps()});
        vulkan::Recorder &recorder = segment.commands;
        if (begin == 0)
            recorder.copy(m_input, bufferOf(0), m_input.sizeBytes(), kTexelBytes);
        const Recording to{m_network, m_plan, m_weights, m_kernels, m_slots, m_scales, recorder};
        for (int s = begin; s < end; ++s)
            segment.kernels.add(recorder, m_plan.steps[s].output, [&] { return engine::record(to, m_plan.steps[s]); });
        if (end == int(m_plan.steps.size())) {
            recorder.copy(bufferOf(m_network.logits), m_logits, m_logits.sizeBytes());
            recorder.copy(bufferOf(m_network.probabilities), m_probabilities, m_probabilities.sizeBytes());
        }
    }
    for (Segment &segment : m_segments) // all kernels are asked for by now, and compile beside one another
        segment.commands.finish();
}

void Pass::writeScales(const std::vector<nn::BlockScale> &scales)
{
    static_assert(sizeof(nn::BlockScale) == 2 * sizeof(float)); // a vec2 in the shader
    m_scaleValues = scales;
    m_scaleValues.resize(m_network.blocks.size());
    std::memcpy(m_scales.mapped().data(), m_scaleValues.data(), m_scaleValues.size() * sizeof(nn::BlockScale));
}

nn::Forward Pass::run(const Tensor &input, const nn::RunOptions &options)
{
    if (m_slots.empty())
        make();
    packActivations(input, m_input.floats().first((packedTexels(input.shape) - 1) * 4));
    return runSegments(0, options);
}

nn::Forward Pass::resume(int block, const nn::RunOptions &options)
{
    restore(options.stop);
    const std::vector<nn::BlockScale> before = m_scaleValues;
    nn::RunOptions after = options;
    after.scales.resize(m_network.blocks.size());
    std::copy_n(before.begin(), block, after.scales.begin()); // what lies before the block was computed with these
    try {
        return runSegments(m_segmentOf.at(block), after);
    } catch (...) { // not half of the one and half of the other: what was there is made again
        clear();
        writeScales(before);
        throw;
    }
}

void Pass::submit(std::size_t segment)
{
    for (int s = m_segments[segment].begin; s < m_segments[segment].end; ++s)
        m_weights.waitFor(m_plan.steps[s].op);
    m_segments[segment].commands.submit();
}

void Pass::recall(int layer)
{
    restore();
    const auto block = std::find_if(m_network.blocks.begin(), m_network.blocks.end(), [&](const nn::Block &candidate) {
        return layer >= candidate.firstLayer && layer <= candidate.lastLayer;
    });
    const int number = int(block - m_network.blocks.begin());
    if (m_plan.mode != Mode::Checkpoints || block == m_network.blocks.end() || number == m_recalled)
        return;
    m_recalled = -1; // should a submit fail
    const std::size_t end = block + 1 == m_network.blocks.end() ? m_segments.size() : m_segmentOf.at(number + 1);
    for (std::size_t s = m_segmentOf.at(number); s < end; ++s)
        submit(s);
    m_recalled = number;
}

void Pass::submitFrom(std::size_t first, const std::stop_token &stop)
{
    m_recalled = -1; // should it end early
    for (std::size_t s = first; s < m_segments.size(); ++s) {
        if (stop.stop_requested())
            throw Error{ErrorKind::Cancelled, "", "cancelled", {}};
        submit(s);
    }
    m_recalled = int(m_network.blocks.size()) - 1;
}

nn::Forward Pass::runSegments(std::size_t first, const nn::RunOptions &options)
{
    const auto begin = std::chrono::steady_clock::now();
    writeScales(options.scales);
    ++m_runs;
    submitFrom(first, options.stop);
    nn::Forward forward;
    const Shape head = m_plan.shapes[m_network.logits];
    forward.logits = unpackActivations(m_logits.floats().subspan(4), head);
    forward.probabilities = unpackActivations(m_probabilities.floats().subspan(4), head);
    forward.wallMs = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    if (options.timesLayers && first == 0) // of a part there is no whole account
        forward.times = times();
    return forward;
}

std::vector<nn::LayerTime> Pass::times() const
{
    std::vector<nn::LayerTime> result;
    for (const Segment &segment : m_segments)
        segment.kernels.appendTo(result, segment.commands);
    return result;
}

Tensor Pass::read(int layer) const
{
    const Shape shape = m_plan.shapes[layer];
    const std::size_t floats = (packedTexels(shape) - 1) * 4;
    return unpackActivations(download(m_context, m_slots[m_plan.slotOf[layer]], 4, floats), shape);
}

} // namespace reslens::engine
