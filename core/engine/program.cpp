#include "engine/program.h"

#include "engine/operations.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace reslens::engine {

namespace {

using nn::Network;

/// The steps, both included, between which a value must stay unchanged.
struct Lifetime {
    int first, last;

    bool overlaps(const Lifetime &other) const { return first <= other.last && other.first <= last; }
};

std::vector<Lifetime> lifetimesIn(const Program &program, Keep keep)
{
    const int end = int(program.steps.size());
    const Lifetime always{-1, end};
    std::vector<Lifetime> lifetimes(program.shapes.size(), always);
    if (keep == Keep::All)
        return lifetimes;
    if (keep == Keep::BetweenBlocks) {
        const int blocks = 1 + std::ranges::max(program.insideOf);
        std::vector<Lifetime> ofBlock(std::size_t(blocks), {end, -1});
        for (int s = 0; s < end; ++s)
            if (const int block = program.blockOf(program.steps[s]); block >= 0)
                ofBlock[block] = {std::min(ofBlock[block].first, s), s};
        for (std::size_t value = 0; value < lifetimes.size(); ++value)
            if (program.insideOf[value] >= 0)
                lifetimes[value] = ofBlock[program.insideOf[value]];
        return lifetimes;
    }
    for (int s = 0; s < end; ++s)
        lifetimes[program.steps[s].writes] = {s, s};
    lifetimes[program.input] = {-1, -1};
    for (int s = 0; s < end; ++s)
        for (const int value : program.steps[s].sources())
            lifetimes[value].last = s;
    for (const int value : program.results)
        lifetimes[value].last = end;
    return lifetimes;
}

struct Buffers {
    std::vector<int> ofValue; // -1: none
    std::vector<std::size_t> texels;

    std::size_t total() const { return std::accumulate(texels.begin(), texels.end(), std::size_t(0)); }
};

/// Gives each of `values`, in this order, the smallest free buffer that is large enough, else the largest free one,
/// which grows, else a new one.
Buffers share(const Program &program, const std::vector<Lifetime> &lifetimes, const std::vector<int> &values)
{
    Buffers buffers{std::vector<int>(program.shapes.size(), -1), {}};
    std::vector<std::vector<Lifetime>> taken; // by buffer
    const int end = int(program.steps.size());
    for (const int value : values) {
        const Lifetime life = lifetimes[value];
        const std::size_t needed = program.texels[value];
        const auto isFree = [&](std::size_t buffer) {
            return std::ranges::none_of(taken[buffer], [&](const Lifetime &other) { return other.overlaps(life); });
        };
        const auto isBetter = [&](std::size_t size, std::size_t than) {
            const bool fits = size >= needed, thanFits = than >= needed;
            return fits != thanFits ? fits : fits ? size < than : size > than;
        };
        std::size_t best = taken.size();
        const bool isAlone = life.first < 0 && life.last == end;
        for (std::size_t buffer = 0; !isAlone && buffer < taken.size(); ++buffer)
            if ((best == taken.size() || isBetter(buffers.texels[buffer], buffers.texels[best])) && isFree(buffer))
                best = buffer;
        if (best == taken.size()) {
            taken.emplace_back();
            buffers.texels.push_back(0);
        }
        buffers.ofValue[value] = int(best);
        buffers.texels[best] = std::max(buffers.texels[best], needed);
        taken[best].push_back(life);
    }
    return buffers;
}

/// Turns the layers into steps, fused as far as the kernels and the kept tensors allow.
class Fuser {
public:
    Fuser(const Network &network, Keep keep) : m_network(network), m_keep(keep), m_readers(network.layers.size())
    {
        for (int l = 0; l < int(network.layers.size()); ++l)
            for (const int input : network.layers[l].inputs)
                m_readers[input].push_back(l);
    }

    std::vector<Step> fuse()
    {
        std::vector<bool> isDone(m_network.layers.size(), false);
        std::vector<Step> steps;
        for (int l = 1; l < int(m_network.layers.size()); ++l) { // layer 0 is the input: uploaded, not computed
            if (isDone[l])
                continue;
            const nn::Layer &layer = m_network.layers[l];
            Step step{.record = operationOf(layer.op).forward, .layer = l, .reads = layer.inputs, .writes = l};
            if (!step.record)
                throw Error(ErrorKind::Unsupported, layer.name,
                            "is a batch norm that follows no convolution and no linear layer");
            if (const auto *add = std::get_if<nn::Add>(&layer.op))
                step.block = add->block;
            if (asConvolution(layer.op))
                extend(step, isDone);
            steps.push_back(std::move(step));
        }
        return steps;
    }

private:
    /// The only layer that reads `layer`, if it is a T.
    template <typename T>
    std::optional<int> onlyReader(int layer) const
    {
        const std::vector<int> &readers = m_readers[layer];
        if (readers.size() == 1 && std::holds_alternative<T>(m_network.layers[readers[0]].op))
            return readers[0];
        return std::nullopt;
    }

    void extend(Step &step, std::vector<bool> &isDone) const
    {
        const auto take = [&](int layer) {
            step.writes = layer;
            isDone[layer] = true;
        };
        if (const auto batchNorm = onlyReader<nn::BatchNorm>(step.writes))
            take(*batchNorm);
        if (m_keep != Keep::Results)
            return;
        // A branch's last convolution includes the addition; the shortcut comes first, so it is complete by then.
        if (const auto add = onlyReader<nn::Add>(step.writes); add && m_network.layers[*add].inputs[1] == step.writes) {
            step.operand = m_network.layers[*add].inputs[0];
            step.block = std::get<nn::Add>(m_network.layers[*add].op).block;
            take(*add);
        }
        if (const auto relu = onlyReader<nn::Relu>(step.writes)) {
            step.hasRelu = true;
            take(*relu);
        }
    }

    const Network &m_network;
    Keep m_keep;
    std::vector<std::vector<int>> m_readers;
};

} // namespace

std::vector<int> Step::sources() const
{
    std::vector<int> values = reads;
    if (operand >= 0)
        values.push_back(operand);
    return values;
}

int Program::add(Shape shape, int inside)
{
    shapes.push_back(shape);
    insideOf.push_back(inside);
    texels.push_back(packedTexels(shape));
    return int(shapes.size()) - 1;
}

int Program::blockOf(const Step &step) const
{
    int block = insideOf[step.writes];
    for (const int value : step.sources())
        block = std::max(block, insideOf[value]); // values within a block lie in the same block
    return block;
}

/// Assigns buffers in the order of creation or, if that takes less, the largest first (Pisarchyk and Lee 2020, arXiv
/// 2001.03288: greedy by size).
void Program::assignBuffers(Keep kept)
{
    keep = kept;
    const std::vector<Lifetime> lifetimes = lifetimesIn(*this, keep);
    std::vector<int> values(shapes.size() - std::size_t(external));
    std::iota(values.begin(), values.end(), external);
    std::erase_if(values, [&](int value) { return texels[value] == 0; });
    std::ranges::stable_sort(values, {}, [&](int value) { return lifetimes[value].first; });
    Buffers best = share(*this, lifetimes, values);
    std::ranges::stable_sort(values, std::greater(), [&](int value) { return texels[value]; });
    if (Buffers other = share(*this, lifetimes, values); other.total() < best.total())
        best = std::move(other);
    bufferOf = std::move(best.ofValue);
    bufferTexels = std::move(best.texels);
}

std::size_t packedTexels(Shape shape)
{
    return 1 + std::size_t(shape.n) * ((shape.c + 3) / 4) * shape.planeCount();
}

int blockInside(const nn::Network &network, int layer)
{
    const auto found = std::ranges::find_if(
        network.blocks, [&](const nn::Block &block) { return layer >= block.firstLayer && layer < block.y; });
    return found == network.blocks.end() ? -1 : int(found - network.blocks.begin());
}

Program makeForwardProgram(const Network &network, Shape input, Keep keep)
{
    Program program;
    program.shapes = nn::layerShapes(network, input);
    program.steps = Fuser(network, keep).fuse();
    program.texels.assign(program.shapes.size(), 0);
    for (int l = 0; l < int(program.shapes.size()); ++l)
        program.insideOf.push_back(blockInside(network, l));
    program.texels[0] = packedTexels(input);
    for (const Step &step : program.steps)
        program.texels[step.writes] = packedTexels(program.shapes[step.writes]);
    program.input = 0;
    program.results = {network.logits};
    if (network.probabilities >= 0)
        program.results.push_back(network.probabilities);
    program.assignBuffers(keep);
    return program;
}

} // namespace reslens::engine
