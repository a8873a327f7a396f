// Plans the gradients of a number J as a program: a walk backwards over the network's layers, from the layer whose
// output J is a function of. Every operation says how a gradient goes back through it (operations.h); if a layer has
// several readers, their gradients are added. Batch norms are folded, so the weights are the device's.
#pragma once

#include "engine/program.h"

namespace reslens::engine {

/// The way of a gradient from a block's addition.
enum class Route { None, Skip, Branch };

/// A gradient at a layer's output: factor * value. The next kernel applies the factor.
struct Arriving {
    int value;
    int block = -1; // its factor applies, and the route begins at its addition
    Factor factor = Factor::One;
    Route route = Route::None;
};

/// The gradient of the weights of convolution or linear layer `layer` is made from this gradient of its output.
struct WeightGradient {
    int layer;
    Arriving from;
};

/// The values of one block's gradients. In a plain block gs is -1, and gF is gx.
struct BlockGradientValues {
    int gy = -1, gu = -1, gs = -1, gF = -1, gx = -1;
};

struct GradientProgram {
    Program program; // its external values are the forward program's; its input is dJ / d output of layerOfJ
    int layerOfJ;
    std::vector<int> ofLayer;    // value of dJ / d output of the layer; -1: J does not depend on it, or it is folded
    std::vector<bool> dependsOn; // by layer: J depends on its output
    std::vector<BlockGradientValues> blocks;
    std::vector<WeightGradient> weights;
};

/// Plans all gradients of a J that is a function of `layerOfJ`'s output. Throws Error{Unsupported} if that output is
/// folded away.
GradientProgram makeGradientProgram(const nn::Network &network, const Program &forward, int layerOfJ, Keep keep);

/// Plans the gradient by path length of one image, from the logits to the stem's output. Image k of a gradient is G_k,
/// the part that came through exactly k branches (docs/decompositions.md); every block adds one image. The only result
/// is that of the stem, and there are no gradients of weights.
GradientProgram makePathProgram(const nn::Network &network, const Program &forward);

class GradientWalk {
public:
    enum class Counts { Nothing, Branches };

    GradientWalk(const nn::Network &network, const Program &forward, int layerOfJ, Counts counts);
    /// Walks back to layer `last`.
    GradientProgram run(int last);

    const nn::Network &network() const { return m_network; }
    /// Adds `step`, which computes on `gradient`, and sends the result to `to`'s output. Fills in the step's reads and
    /// writes.
    void send(const Arriving &gradient, Step step, int to);
    /// Sends `gradient` to `to`'s output unchanged.
    void pass(const Arriving &gradient, int to) { m_arriving[to].push_back(gradient); }
    /// The same gradient with its factor multiplied in.
    Arriving plain(const Arriving &gradient);
    void addWeights(int layer, const Arriving &gradient) { m_made.weights.push_back({layer, gradient}); }
    /// Marks the gradient at `layer`'s output as part of another one, so it is never told.
    void fold(int layer) { m_isFolded[layer] = true; }
    /// True if `layer` is a ReLU whose gradient nobody looks at, so its only reader's kernel can apply its mask.
    bool canMask(int layer) const;

private:
    Arriving joined(int layer);
    Arriving added(int layer, const Arriving &a, const Arriving &b);
    /// Adds a value for a gradient at `layer`'s output, or for a part of it, made from `from`.
    int newValue(int layer, int from, bool isWhole);
    void noteBlocks();

    const nn::Network &m_network;
    const std::vector<Shape> &m_shapes;
    Counts m_counts;
    std::vector<int> m_readers; // by layer: the number of reads of its output by layers that J depends on
    std::vector<std::vector<Arriving>> m_arriving; // by layer
    std::vector<bool> m_isFolded;                  // by layer
    GradientProgram m_made;
};

} // namespace reslens::engine
