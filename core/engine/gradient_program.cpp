#include "engine/gradient_program.h"

#include "engine/kernels/record.h"
#include "engine/operations.h"

#include <algorithm>

namespace reslens::engine {

GradientWalk::GradientWalk(const nn::Network &network, const Program &forward, int layerOfJ, Counts counts)
    : m_network(network), m_shapes(forward.shapes), m_counts(counts), m_readers(network.layers.size(), 0),
      m_arriving(network.layers.size()), m_isFolded(network.layers.size(), false)
{
    m_made.layerOfJ = layerOfJ;
    m_made.ofLayer.assign(network.layers.size(), -1);
    m_made.blocks.resize(network.blocks.size());
    Program &program = m_made.program;
    program.shapes = forward.shapes;
    program.external = int(forward.shapes.size());
    program.insideOf = forward.insideOf;
    program.texels.assign(forward.shapes.size(), 0);
    for (int l = layerOfJ; l > 0; --l)
        if (l == layerOfJ || m_readers[l] > 0)
            for (const int input : network.layers[l].inputs)
                ++m_readers[input];
    for (int l = 0; l < int(m_readers.size()); ++l)
        m_made.dependsOn.push_back(l == layerOfJ || m_readers[l] > 0);
}

GradientProgram GradientWalk::run(int last)
{
    Program &program = m_made.program;
    program.input = program.add(m_shapes[m_made.layerOfJ], -1);
    pass({program.input}, m_made.layerOfJ);
    for (int l = m_made.layerOfJ; l >= last; --l) {
        if (m_arriving[l].empty()) // J does not depend on it, or another gradient includes it
            continue;
        const Arriving gradient = joined(l);
        if (gradient.factor == Factor::One && !m_isFolded[l])
            m_made.ofLayer[l] = gradient.value;
        if (l > last)
            operationOf(m_network.layers[l].op).backward(*this, l, gradient);
    }
    noteBlocks();
    program.results = {m_made.ofLayer[last]};
    return std::move(m_made);
}

void GradientWalk::noteBlocks()
{
    for (std::size_t b = 0; b < m_network.blocks.size(); ++b) {
        const nn::Block &block = m_network.blocks[b];
        BlockGradientValues &values = m_made.blocks[b];
        values.gy = m_made.ofLayer[block.y];
        values.gu = m_made.ofLayer[block.u];
        values.gx = m_made.ofLayer[block.x];
        if (!block.hasShortcut())
            values.gF = values.gx;
    }
}

int GradientWalk::newValue(int layer, int from, bool isWhole)
{
    Program &program = m_made.program;
    Shape shape = m_shapes[layer];
    shape.n = program.shapes[from].n;
    return program.add(shape, isWhole ? blockInside(m_network, layer) : program.insideOf[from]);
}

void GradientWalk::send(const Arriving &gradient, Step step, int to)
{
    step.reads = {gradient.value};
    step.writes = newValue(to, gradient.value, m_readers[to] == 1);
    pass({step.writes, gradient.block, Factor::One, gradient.route}, to);
    m_made.program.steps.push_back(std::move(step));
}

Arriving GradientWalk::plain(const Arriving &gradient)
{
    if (gradient.factor == Factor::One)
        return gradient;
    Program &program = m_made.program;
    const int value = program.add(program.shapes[gradient.value], program.insideOf[gradient.value]);
    program.steps.push_back({.record = recordScaledGradient,
                             .layer = m_network.blocks[gradient.block].u,
                             .reads = {gradient.value},
                             .writes = value,
                             .block = gradient.block,
                             .factor = gradient.factor});
    return {value, gradient.block, Factor::One, gradient.route};
}

bool GradientWalk::canMask(int layer) const
{
    return m_readers[layer] == 1 && std::holds_alternative<nn::Relu>(m_network.layers[layer].op) &&
           blockInside(m_network, layer) >= 0;
}

/// The gradient at `layer`'s output, after the gradients of all its readers have arrived.
Arriving GradientWalk::joined(int layer)
{
    std::vector<Arriving> &parts = m_arriving[layer];
    for (Arriving &part : parts) {
        if (part.route == Route::None || m_network.blocks[part.block].x != layer)
            continue;
        part = plain(part);
        (part.route == Route::Skip ? m_made.blocks[part.block].gs : m_made.blocks[part.block].gF) = part.value;
    }
    std::ranges::stable_sort(parts, {}, &Arriving::route); // the skip's part first
    Arriving sum = parts.front();
    for (std::size_t i = 1; i < parts.size(); ++i)
        sum = added(layer, plain(sum), plain(parts[i]));
    return sum;
}

Arriving GradientWalk::added(int layer, const Arriving &a, const Arriving &b)
{
    Program &program = m_made.program;
    const bool countsBranch = m_counts == Counts::Branches && a.route == Route::Skip && b.route == Route::Branch;
    const int value = newValue(layer, a.value, true);
    if (countsBranch) {
        ++program.shapes[value].n;
        program.texels[value] = packedTexels(program.shapes[value]);
    }
    program.steps.push_back({.record = countsBranch ? recordPathSum : recordSum,
                             .layer = layer,
                             .reads = {a.value, b.value},
                             .writes = value});
    return {value};
}

GradientProgram makeGradientProgram(const nn::Network &network, const Program &forward, int layerOfJ, Keep keep)
{
    if (forward.texels[layerOfJ] == 0) // the layer is folded, so the device has no such weights
        throw Error(ErrorKind::Unsupported, network.layers[layerOfJ].name,
                    "its output is folded into the next layer's, so nothing can be differentiated by it");
    GradientProgram made = GradientWalk(network, forward, layerOfJ, GradientWalk::Counts::Nothing).run(0);
    made.program.assignBuffers(keep);
    return made;
}

GradientProgram makePathProgram(const nn::Network &network, const Program &forward)
{
    GradientProgram made =
        GradientWalk(network, forward, network.logits, GradientWalk::Counts::Branches).run(network.stem);
    made.weights.clear();
    made.program.assignBuffers(Keep::Results);
    return made;
}

} // namespace reslens::engine
