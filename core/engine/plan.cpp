#include "engine/plan.h"

#include <algorithm>
#include <optional>

namespace reslens::engine {

namespace {

using nn::Network;

std::vector<std::vector<int>> consumersOf(const Network &network)
{
    std::vector<std::vector<int>> consumers(network.layers.size());
    for (int l = 0; l < int(network.layers.size()); ++l)
        for (const int input : network.layers[l].inputs)
            consumers[input].push_back(l);
    return consumers;
}

/// Turns the list of layers into steps, fusing what the mode allows.
class Fuser {
public:
    Fuser(const Network &network, Mode mode) : m_network(network), m_mode(mode), m_consumers(consumersOf(network)) {}

    std::vector<Step> fuse()
    {
        std::vector<bool> isDone(m_network.layers.size(), false);
        std::vector<Step> steps;
        for (int l = 1; l < int(m_network.layers.size()); ++l) { // layer 0 is the input: uploaded, not computed
            if (isDone[l])
                continue;
            Step step{l, l, m_network.layers[l].inputs};
            if (std::holds_alternative<nn::Conv2d>(m_network.layers[l].op))
                extend(step, isDone);
            steps.push_back(std::move(step));
        }
        return steps;
    }

private:
    /// The only layer that reads `layer`, if it is a T.
    template <typename T>
    std::optional<int> onlyConsumer(int layer) const
    {
        const std::vector<int> &consumers = m_consumers[layer];
        if (consumers.size() == 1 && std::holds_alternative<T>(m_network.layers[consumers[0]].op))
            return consumers[0];
        return std::nullopt;
    }

    void extend(Step &step, std::vector<bool> &isDone) const
    {
        const auto take = [&](int layer) {
            step.output = layer;
            isDone[layer] = true;
        };
        if (const auto batchNorm = onlyConsumer<nn::BatchNorm>(step.output)) {
            step.batchNorm = *batchNorm;
            take(*batchNorm);
        }
        if (m_mode != Mode::Fast)
            return;
        // A branch's last convolution takes the addition along; the shortcut is complete by then (it comes first).
        if (const auto add = onlyConsumer<nn::Add>(step.output);
            add && m_network.layers[*add].inputs[1] == step.output) {
            step.shortcut = m_network.layers[*add].inputs[0];
            step.block = std::get<nn::Add>(m_network.layers[*add].op).block;
            take(*add);
        }
        if (const auto relu = onlyConsumer<nn::Relu>(step.output)) {
            step.hasRelu = true;
            take(*relu);
        }
    }

    const Network &m_network;
    Mode m_mode;
    std::vector<std::vector<int>> m_consumers;
};

std::vector<int> layersReadBy(const Step &step)
{
    std::vector<int> layers = step.inputs;
    if (step.shortcut >= 0)
        layers.push_back(step.shortcut);
    return layers;
}

/// Hands out slots; in fast mode a slot returns when its last reader has run, in checkpoints mode those of a block's
/// inside when the block has run.
class SlotAssigner {
public:
    SlotAssigner(const Network &network, Plan &plan)
        : m_network(network), m_plan(plan), m_lastUse(plan.shapes.size(), -1)
    {
        for (int s = 0; s < int(plan.steps.size()); ++s)
            for (const int layer : layersReadBy(plan.steps[s]))
                m_lastUse[layer] = s;
        for (const int kept : {network.logits, network.probabilities})
            m_lastUse[kept] = int(plan.steps.size());
    }

    void assign()
    {
        m_plan.slotOf.assign(m_plan.shapes.size(), -1);
        give(0);
        for (int s = 0; s < int(m_plan.steps.size()); ++s) {
            give(m_plan.steps[s].output);
            if (m_plan.mode == Mode::Fast)
                takeBack(s);
            else if (m_plan.mode == Mode::Checkpoints)
                takeBackInside(m_plan.steps[s].output);
        }
    }

private:
    void give(int layer)
    {
        const std::size_t texels = packedTexels(m_plan.shapes[layer]);
        if (m_plan.mode == Mode::Checkpoints && !isInside(layer)) { // stays when other blocks run again
            m_plan.slotOf[layer] = int(m_plan.slotTexels.size());
            m_plan.slotTexels.push_back(texels);
            return;
        }
        // The smallest free slot that is large enough, else the largest free one (which grows), else a new one.
        auto best = m_free.end();
        for (auto slot = m_free.begin(); slot != m_free.end(); ++slot)
            if (best == m_free.end() || isBetter(*slot, *best, texels))
                best = slot;
        if (best != m_free.end()) {
            m_plan.slotOf[layer] = *best;
            m_free.erase(best);
        } else {
            m_plan.slotOf[layer] = int(m_plan.slotTexels.size());
            m_plan.slotTexels.push_back(0);
        }
        std::size_t &slotTexels = m_plan.slotTexels[m_plan.slotOf[layer]];
        slotTexels = std::max(slotTexels, texels);
    }

    /// Of a block, but not what it hands to the next.
    bool isInside(int layer) const
    {
        return std::any_of(m_network.blocks.begin(), m_network.blocks.end(),
                           [&](const nn::Block &block) { return layer >= block.firstLayer && layer < block.y; });
    }

    bool isBetter(int a, int b, std::size_t texels) const
    {
        const std::size_t sizeA = m_plan.slotTexels[a], sizeB = m_plan.slotTexels[b];
        const bool fitsA = sizeA >= texels, fitsB = sizeB >= texels;
        if (fitsA != fitsB)
            return fitsA;
        return fitsA ? sizeA < sizeB : sizeA > sizeB;
    }

    void takeBack(int step)
    {
        std::vector<int> layers = layersReadBy(m_plan.steps[step]);
        std::sort(layers.begin(), layers.end());
        layers.erase(std::unique(layers.begin(), layers.end()), layers.end());
        for (const int layer : layers)
            if (m_lastUse[layer] == step)
                m_free.push_back(m_plan.slotOf[layer]);
    }

    /// The slots within the block that ends with `layer`, if one does.
    void takeBackInside(int layer)
    {
        for (const nn::Block &block : m_network.blocks)
            for (int l = block.firstLayer; block.y == layer && l < layer; ++l)
                if (m_plan.slotOf[l] >= 0)
                    m_free.push_back(m_plan.slotOf[l]);
    }

    const Network &m_network;
    Plan &m_plan;
    std::vector<int> m_lastUse; // by layer: the last step that reads it
    std::vector<int> m_free;
};

} // namespace

std::size_t packedTexels(Shape shape)
{
    return 1 + std::size_t(shape.n) * ((shape.c + 3) / 4) * shape.planeCount();
}

Plan makePlan(const Network &network, Shape input, Mode mode)
{
    Plan plan{mode, nn::layerShapes(network, input), Fuser(network, mode).fuse(), {}, {}};
    SlotAssigner(network, plan).assign();
    return plan;
}

} // namespace reslens::engine
