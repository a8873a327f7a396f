#include "engine/gradient_plan.h"

#include "engine/plan.h"

#include <algorithm>
#include <map>
#include <utility>

namespace reslens::engine {

namespace {

using Kind = GradientStep::Kind;

enum class What {
    Gradient,
    PathLengths, // images are lengths; ends at the stem's output
};

class Planner {
public:
    Planner(const nn::Network &network, const std::vector<Shape> &shapes, What what)
        : m_network(network), m_shapes(shapes), m_what(what), m_images(shapes[0].n)
    {
        m_plan.ofLayer.assign(network.layers.size(), -1);
        m_plan.blocks.resize(network.blocks.size());
    }

    GradientPlan plan()
    {
        m_plan.logits = slotOf(m_network.logits);
        if (m_what == What::Gradient)
            m_plan.weights.push_back({m_network.logits, m_plan.logits});
        const int features = slotOf(m_network.features);
        m_plan.steps.push_back({Kind::Convolution, m_network.logits, m_plan.logits, features});
        int gradient = slotOf(inputOf(m_network.features)); // of the last block's y
        m_plan.steps.push_back({Kind::Spread, m_network.features, features, gradient});
        for (int b = int(m_network.blocks.size()) - 1; b >= 0; --b)
            gradient = block(b, gradient);
        if (m_what == What::Gradient)
            stem(gradient);
        return std::move(m_plan);
    }

private:
    int inputOf(int layer) const { return m_network.layers[layer].inputs[0]; }

    template <typename Op>
    bool is(int layer) const
    {
        return std::holds_alternative<Op>(m_network.layers[layer].op);
    }

    int newSlot(Shape shape)
    {
        shape.n = m_images;
        m_plan.slotShapes.push_back(shape);
        m_plan.insideOf.push_back(m_block);
        return int(m_plan.slotShapes.size()) - 1;
    }

    /// The slot of the gradient at `layer`'s output, made when first asked for.
    int slotOf(int layer)
    {
        int &slot = m_plan.ofLayer[layer];
        if (slot < 0)
            slot = newSlot(m_shapes[layer]);
        return slot;
    }

    /// The same of what one block hands to the next.
    int keptSlotOf(int layer)
    {
        const int block = std::exchange(m_block, -1), slot = slotOf(layer);
        m_block = block;
        return slot;
    }

    /// From the gradient `from` at a batch norm's output (times `factor`) to its convolution's input.
    void throughConvolution(int batchNorm, int from, int to, GradientStep step)
    {
        const int conv = inputOf(batchNorm);
        if (m_what == What::Gradient)
            m_plan.weights.push_back({conv, from, step.block, step.factor});
        step.kind = Kind::Convolution;
        step.layer = conv;
        step.from = from;
        step.to = to;
        m_plan.steps.push_back(step);
    }

    /// gF from gu: back through the branch's convolutions.
    void branch(const nn::Block &block, int b, const BlockSlots &slots)
    {
        int batchNorm = block.F, from = slots.gu;
        GradientStep step{Kind::Convolution, 0, 0, 0};
        step.block = b;
        step.factor = block.hasShortcut() ? Factor::Beta : Factor::One;
        for (int source = inputOf(inputOf(batchNorm)); source != block.x; source = inputOf(inputOf(batchNorm))) {
            // `source` is a ReLU between two convolutions: what arrives there goes on, masked, to its batch norm.
            const int to = slotOf(inputOf(source));
            step.mask = source;
            throughConvolution(batchNorm, from, to, step);
            batchNorm = inputOf(source);
            from = to;
            step.factor = Factor::One; // beta is in it now
        }
        step.mask = -1;
        throughConvolution(batchNorm, from, slots.gF, step);
    }

    void shortcut(const nn::Block &block, int b, const BlockSlots &slots)
    {
        GradientStep step{Kind::Scale, block.x, slots.gu, slots.gs};
        step.block = b;
        step.factor = Factor::Alpha;
        if (block.identity) {
            m_plan.steps.push_back(step);
        } else if (is<nn::ZeroPadShortcut>(block.s)) {
            step.kind = Kind::ZeroPad;
            step.layer = block.s;
            m_plan.steps.push_back(step);
        } else {
            throughConvolution(block.s, slots.gu, slots.gs, step);
        }
    }

    /// From gy to gx, which it returns.
    int block(int b, int gy)
    {
        const nn::Block &block = m_network.blocks[b];
        m_block = b;
        BlockSlots slots{gy, slotOf(block.u)};
        m_plan.steps.push_back({Kind::Mask, block.y, gy, slots.gu});
        if (block.hasShortcut()) {
            slots.gs = newSlot(m_shapes[block.x]);
            slots.gF = newSlot(m_shapes[block.x]);
            shortcut(block, b, slots);
            branch(block, b, slots);
            const bool countsBranches = m_what == What::PathLengths;
            m_images += countsBranches;
            slots.gx = keptSlotOf(block.x);
            m_plan.steps.push_back({countsBranches ? Kind::PathSum : Kind::Sum, block.x, slots.gs, slots.gx, slots.gF});
        } else {
            slots.gF = slots.gx = keptSlotOf(block.x);
            branch(block, b, slots);
        }
        m_plan.blocks[b] = slots;
        m_block = -1;
        return slots.gx;
    }

    void stem(int gradient)
    {
        int layer = m_network.stem;
        if (is<nn::MaxPool>(layer)) {
            const int to = slotOf(inputOf(layer));
            m_plan.steps.push_back({Kind::MaxPool, layer, gradient, to});
            layer = inputOf(layer);
            gradient = to;
        }
        const int batchNorm = inputOf(layer), masked = slotOf(batchNorm);
        m_plan.steps.push_back({Kind::Mask, layer, gradient, masked});
        throughConvolution(batchNorm, masked, slotOf(0), {Kind::Convolution, 0, 0, 0});
    }

    const nn::Network &m_network;
    const std::vector<Shape> &m_shapes;
    What m_what;
    int m_images;     // of the slots made now
    int m_block = -1; // that they lie within
    GradientPlan m_plan;
};

/// A buffer for every slot; with `isReused`, one whose last reader has run goes to the next slot.
void assignBuffers(GradientPlan &plan, bool isReused)
{
    const int slots = int(plan.slotShapes.size()), end = int(plan.steps.size());
    std::vector<int> lastUse(slots, isReused ? -1 : end), free;
    for (int s = 0; s < end; ++s)
        for (const int slot : {plan.steps[s].from, plan.steps[s].other})
            if (slot >= 0)
                lastUse[slot] = std::max(lastUse[slot], s);
    plan.bufferOf.assign(slots, -1);
    const auto give = [&](int slot) {
        if (plan.bufferOf[slot] >= 0)
            return;
        if (free.empty()) {
            free.push_back(int(plan.bufferTexels.size()));
            plan.bufferTexels.push_back(0);
        }
        std::size_t &texels = plan.bufferTexels[free.back()];
        texels = std::max(texels, packedTexels(plan.slotShapes[slot]));
        plan.bufferOf[slot] = free.back();
        free.pop_back();
    };
    give(plan.logits);
    for (int s = 0; s < end; ++s) {
        give(plan.steps[s].to);
        for (const int slot : {plan.steps[s].from, plan.steps[s].other})
            if (slot >= 0 && lastUse[slot] == s)
                free.push_back(plan.bufferOf[slot]);
    }
}

/// A buffer for every slot that is kept; those within a block go to the next block when it is done.
void shareBuffersOfBlocks(GradientPlan &plan)
{
    const int slots = int(plan.slotShapes.size());
    plan.bufferOf.assign(slots, -1);
    std::vector<int> shared;         // buffers for the insides
    std::map<int, std::size_t> used; // by block: how many of them
    for (int slot = 0; slot < slots; ++slot) {
        const int block = plan.insideOf[slot];
        const std::size_t texels = packedTexels(plan.slotShapes[slot]);
        if (block < 0 || used[block] == shared.size()) {
            plan.bufferOf[slot] = int(plan.bufferTexels.size());
            plan.bufferTexels.push_back(texels);
            if (block >= 0) {
                shared.push_back(plan.bufferOf[slot]);
                ++used[block];
            }
            continue;
        }
        plan.bufferOf[slot] = shared[used[block]++];
        std::size_t &most = plan.bufferTexels[plan.bufferOf[slot]];
        most = std::max(most, texels);
    }
}

} // namespace

GradientPlan makeGradientPlan(const nn::Network &network, const std::vector<Shape> &shapes, Keep keep)
{
    GradientPlan plan = Planner(network, shapes, What::Gradient).plan();
    plan.keep = keep;
    if (keep == Keep::All)
        assignBuffers(plan, false);
    else
        shareBuffersOfBlocks(plan);
    return plan;
}

GradientPlan makePathPlan(const nn::Network &network, const std::vector<Shape> &shapes)
{
    GradientPlan plan = Planner(network, shapes, What::PathLengths).plan();
    assignBuffers(plan, true);
    return plan;
}

} // namespace reslens::engine
