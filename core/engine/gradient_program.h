// The gradients of a number J as a program: a walk backwards over the network's layers, from the one whose output J is
// a function of. Every operation says how a gradient goes back through it (operations.h); where a layer has several
// readers, what comes from them is added. Batch norms are folded, so the weights are those that the device has.
#pragma once

#include "engine/program.h"

namespace reslens::engine {

/// How a gradient came from a block's addition.
enum class Route { None, Skip, Branch };

/// A gradient on its way: factor * value, with the factor left to the next kernel.
struct Arriving {
    int value;
    int block = -1; // whose factor, and whose addition the route is from
    Factor factor = Factor::One;
    Route route = Route::None;
};

/// The weights of convolution or linear layer `layer` have this gradient of its output.
struct WeightGradient {
    int layer;
    Arriving from;
};

/// Values of one block's gradients; gs is -1 in a plain block, where gF is gx.
struct BlockGradientValues {
    int gy = -1, gu = -1, gs = -1, gF = -1, gx = -1;
};

struct GradientProgram {
    Program program; // its external values are those of the forward program; its input is dJ / d output of layerOfJ
    int layerOfJ;
    std::vector<int> ofLayer;    // value of dJ / d output of the layer; -1: J does not depend on it, or it is folded
    std::vector<bool> dependsOn; // by layer: J depends on its output
    std::vector<BlockGradientValues> blocks;
    std::vector<WeightGradient> weights;
};

/// All gradients of a J that is a function of `layerOfJ`'s output. Throws Error{Unsupported} where that is folded away.
GradientProgram makeGradientProgram(const nn::Network &network, const Program &forward, int layerOfJ, Keep keep);

/// The gradient by path length, from one image's logits to the stem's output: image k of a gradient is G_k, what came
/// through exactly k branches (docs/decompositions.md), so every block adds one image. Its only result is that of the
/// stem; it has no weights.
GradientProgram makePathProgram(const nn::Network &network, const Program &forward);

class GradientWalk {
public:
    enum class Counts { Nothing, Branches };

    GradientWalk(const nn::Network &network, const Program &forward, int layerOfJ, Counts counts);
    /// Back to `last`.
    GradientProgram run(int last);

    const nn::Network &network() const { return m_network; }
    /// `gradient`, computed on by `step`, arrives at `to`'s output. The step's reads, and what it writes, follow.
    void send(const Arriving &gradient, Step step, int to);
    /// It arrives there as it is.
    void pass(const Arriving &gradient, int to) { m_arriving[to].push_back(gradient); }
    /// The same with its factor multiplied in.
    Arriving plain(const Arriving &gradient);
    void addWeights(int layer, const Arriving &gradient) { m_made.weights.push_back({layer, gradient}); }
    /// The gradient at `layer`'s output is never told: another's is folded into it.
    void fold(int layer) { m_isFolded[layer] = true; }
    /// Whether `layer` is a ReLU whose gradient nobody looks at, so that its mask can ride in its only reader's kernel.
    bool canMask(int layer) const;

private:
    Arriving joined(int layer);
    Arriving added(int layer, const Arriving &a, const Arriving &b);
    /// Value of a gradient at `layer`'s output, or of a part of it, made from `from`.
    int newValue(int layer, int from, bool isWhole);
    void noteBlocks();

    const nn::Network &m_network;
    const std::vector<Shape> &m_shapes;
    Counts m_counts;
    std::vector<int> m_readers;                    // by layer: how often layers that J depends on read its output
    std::vector<std::vector<Arriving>> m_arriving; // by layer
    std::vector<bool> m_isFolded;                  // by layer
    GradientProgram m_made;
};

} // namespace reslens::engine
