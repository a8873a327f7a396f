#include "engine/replay.h"

#include "engine/kernels/record.h"
#include "engine/packing.h"
#include "vulkan/context.h"

#include <algorithm>
#include <numeric>

namespace reslens::engine {

namespace {

// The work of a submit is limited, so that a display's watchdog never kills it and a stop is answered soon. While
// weights are still being filled in, a small submit waits for fewer of them.
constexpr std::int64_t kMacsPerSubmit = 2'000'000'000, kMacsWhileFilling = 500'000'000;
constexpr std::size_t kDispatches = 4; // at most, for a step: one for each residue of stride 2

/// Makes the buffers of `program`. Texel 0 of a packed tensor is zero, because a tap that falls into the padding
/// reads it (shaders/include/packed.glsl). No kernel writes there, so writing it once is enough.
std::vector<vulkan::Buffer> makeBuffers(const vulkan::Context &context, const Program &program)
{
    std::vector<vulkan::Buffer> buffers;
    buffers.reserve(program.bufferTexels.size());
    for (const std::size_t count : program.bufferTexels)
        buffers.emplace_back(context, count * kTexelBytes, vulkan::MemoryUse::Device);
    if (!program.isPacked)
        return buffers;
    vulkan::Recorder zeros(context, 0);
    for (const vulkan::Buffer &buffer : buffers)
        zeros.fillZero(buffer, kTexelBytes);
    zeros.finish();
    zeros.submit();
    for (vulkan::Buffer &buffer : buffers)
        buffer.keepsZero(kTexelBytes);
    return buffers;
}

} // namespace

Replay::Replay(const Workplace &place, Program program, Replay *source)
    : m_place(place), m_context(place.kernels.context()), m_program(std::move(program)), m_source(source)
{
}

const vulkan::Buffer &Replay::buffer(int value) const
{
    return value < m_program.external ? m_source->buffer(value) : m_buffers[m_program.bufferOf[value]];
}

void Replay::make()
{
    try {
        m_buffers = makeBuffers(m_context, m_program);
        ++m_generation;
        record();
    } catch (...) {
        clear();
        throw;
    }
}

void Replay::clear()
{
    m_segments.clear();
    m_buffers.clear();
    m_inside = -1;
}

bool Replay::letGo()
{
    if (!isThere() || m_program.keep == Keep::Results || (m_source && m_source->runs() != m_sourceRuns))
        return false;
    clear();
    m_program.assignBuffers(Keep::BetweenBlocks);
    return true;
}

void Replay::restore(const std::stop_token &stop)
{
    expectSameSource();
    const bool wasThere = isThere();
    prepare(stop);
    if (wasThere)
        return;
    try {
        submitFrom(0, stop);
    } catch (...) { // the tensors are incomplete
        clear();
        throw;
    }
}

void Replay::prepare(const std::stop_token &stop)
{
    if (!isThere())
        return make();
    if (!m_source)
        return;
    m_source->restore(stop);
    if (m_sourceGeneration != m_source->generation())
        record();
}

bool Replay::sharesBlocks() const
{
    return m_program.keep == Keep::BetweenBlocks || (m_source && m_source->sharesBlocks());
}

std::int64_t Replay::macsOf(const Step &step) const
{
    Shape output = m_program.shapes[step.layer];
    output.n = m_program.shapes[step.reads[0]].n;
    return nn::macsOf(m_place.network.layers[step.layer].op, output);
}

/// The steps of each submit: cut when there is enough work for one and, if blocks run separately, where a block begins.
std::vector<Replay::Range> Replay::ranges() const
{
    const bool endsWithBlocks = m_source ? sharesBlocks() : m_program.keep != Keep::Results;
    const std::int64_t most = m_place.weights.isFilling() ? kMacsWhileFilling : kMacsPerSubmit;
    std::vector<Range> made;
    std::int64_t work = 0;
    for (std::size_t s = 0; s < m_program.steps.size(); ++s) {
        const int block = endsWithBlocks ? m_program.blockOf(m_program.steps[s]) : -1;
        if (made.empty() || made.back().block != block || work >= most) {
            made.push_back({block, s, s});
            work = 0;
        }
        made.back().end = s + 1;
        work += macsOf(m_program.steps[s]);
    }
    if (made.empty())
        made.push_back({-1, 0, 0});
    return made;
}

void Replay::record()
{
    if (m_source) // after the own buffers: if both do not fit, the source was freed last
        m_source->restore();
    m_sourceGeneration = -1; // until everything is recorded
    m_segments.clear();
    m_hasRun.resize(m_program.steps.size());
    const std::vector<Range> parts = ranges();
    m_segments.reserve(parts.size());
    for (const auto &[block, begin, end] : parts) {
        const auto timed = std::uint32_t((end - begin) * kDispatches);
        record(m_segments.emplace_back(Segment{block, begin, end, vulkan::Recorder(m_context, timed), {}}));
    }
    for (Segment &segment : m_segments) // all kernels are requested by now, and compile in parallel
        segment.commands.finish();
    m_sourceGeneration = m_source ? m_source->generation() : 0;
}

void Replay::record(Segment &segment)
{
    vulkan::Recorder &recorder = segment.commands;
    if (segment.begin == 0 && m_upload)
        recorder.copy(*m_upload, buffer(m_program.input), m_upload->sizeBytes(), kTexelBytes);
    const Recording to{m_place.network, *this, m_place.weights, m_place.kernels, *m_scales, recorder};
    for (std::size_t s = segment.begin; s < segment.end; ++s) {
        const std::size_t before = recorder.dispatchCount();
        std::string name = m_program.steps[s].record(to, m_program.steps[s]);
        segment.kernels.emplace_back(std::move(name), recorder.dispatchCount() - before);
    }
    if (segment.end == m_program.steps.size())
        for (const auto &[value, download] : m_downloads)
            recorder.copy(buffer(value), *download, download->sizeBytes());
}

void Replay::begin()
{
    ++m_runs;
    m_sourceRuns = m_source ? m_source->runs() : 0;
    m_inside = -1;
}

void Replay::beginLazily()
{
    begin();
    m_hasRun.assign(m_program.steps.size(), false);
    for (Segment &segment : m_segments)
        segment.wasSubmitted = false;
}

void Replay::submit(Segment &segment)
{
    for (std::size_t s = segment.begin; s < segment.end; ++s)
        m_place.weights.waitFor(m_program.steps[s].layer);
    if (m_source && segment.block >= 0)
        m_source->bringBlock(segment.block);
    segment.commands.submit();
    segment.wasSubmitted = true;
    std::fill(m_hasRun.begin() + std::ptrdiff_t(segment.begin), m_hasRun.begin() + std::ptrdiff_t(segment.end), true);
    if (m_program.keep != Keep::BetweenBlocks || segment.block < 0)
        return;
    const Segment *next = &segment + 1;
    const bool isLastOfBlock = &segment == &m_segments.back() || next->block != segment.block;
    m_inside = isLastOfBlock ? segment.block : -1;
}

void Replay::submitFrom(std::size_t segment, const std::stop_token &stop)
{
    m_inside = -1; // in case the run ends early
    for (; segment < m_segments.size(); ++segment) {
        if (stop.stop_requested())
            throw Error(ErrorKind::Cancelled, "", "cancelled");
        submit(m_segments[segment]);
    }
}

void Replay::submitRest(const std::stop_token &stop)
{
    if (std::ranges::all_of(m_hasRun, [](bool has) { return has; }))
        return;
    restore(stop);
    for (Segment &segment : m_segments) {
        if (stop.stop_requested())
            throw Error(ErrorKind::Cancelled, "", "cancelled");
        if (m_program.keep == Keep::BetweenBlocks || !m_hasRun[segment.begin])
            submit(segment);
    }
}

std::size_t Replay::segmentOf(int block) const
{
    return std::size_t(std::ranges::find(m_segments, block, &Segment::block) - m_segments.begin());
}

void Replay::bringOwnBlock(int block)
{
    if (m_program.keep != Keep::BetweenBlocks || block == m_inside)
        return;
    restore();
    m_inside = -1; // in case a submit fails
    for (Segment &segment : m_segments)
        if (segment.block == block)
            submit(segment);
}

void Replay::bringBlock(int block)
{
    if (m_source)
        m_source->bringBlock(block);
    bringOwnBlock(block);
}

void Replay::bring(int value)
{
    if (value < m_program.external)
        return m_source->bring(value);
    if (!isThere())
        restore();
    if (m_program.insideOf[value] >= 0)
        bringOwnBlock(m_program.insideOf[value]);
    const auto writer = std::ranges::find(m_program.steps, value, &Step::writes);
    const auto step = std::size_t(writer - m_program.steps.begin());
    if (writer == m_program.steps.end() || m_hasRun[step])
        return;
    restore();
    submit(*std::ranges::find_if(m_segments, [&](const Segment &segment) { return step < segment.end; }));
}

Tensor Replay::read(int value)
{
    bring(value);
    const std::size_t floats = (packedTexels(shape(value)) - 1) * 4;
    return unpackActivations(download(m_context, buffer(value), 4, floats), shape(value));
}

void Replay::expectSameSource() const
{
    if (m_source && m_source->runs() != m_sourceRuns)
        throw Error(ErrorKind::Unsupported, "gradients",
                    "not all of them had been computed, or there was no memory to keep them, and the trace that they "
                    "are of has run again since: ask for them again");
}

std::vector<nn::LayerTime> Replay::times() const
{
    std::vector<nn::LayerTime> result;
    for (const Segment &segment : m_segments) {
        const std::vector<double> ms = segment.wasSubmitted ? segment.commands.dispatchMs() : std::vector<double>();
        auto begin = ms.begin();
        for (std::size_t i = 0; i < segment.kernels.size(); ++i) {
            const auto &[kernel, dispatches] = segment.kernels[i];
            if (ms.end() - begin < std::ptrdiff_t(dispatches)) // the queue has no timestamps
                return result;
            const Step &step = m_program.steps[segment.begin + i];
            const auto end = begin + std::ptrdiff_t(dispatches);
            result.push_back({m_source ? step.layer : step.writes, kernel, std::accumulate(begin, end, 0.0)});
            begin = end;
        }
    }
    return result;
}

} // namespace reslens::engine
