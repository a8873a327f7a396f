// The backward pass as a list of dispatches, decided on the CPU: which gradient is made from which.
// A gradient slot is a buffer of its own; nothing is overwritten, so every gradient can be looked at afterwards. Where
// memory is short, only what goes from block to block has one.
#pragma once

#include "nn/network.h"

#include <vector>

namespace reslens::engine {

enum class Factor { One, Alpha, Beta }; // of the step's block

struct GradientStep {
    enum class Kind {
        Convolution, // to = factor * w^T from, masked by [mask > 0] if there is a mask; `layer` is the convolution
        Mask,        // to = [output of layer > 0] * from
        Scale,       // to = alpha * from
        Sum,         // to = from + other
        Spread,      // to = from / (H*W) everywhere
        ZeroPad,     // to = alpha * (option A's subsampling)^T from; `layer` is the shortcut
        MaxPool,     // to = from at the maxima of `layer`'s windows
        PathSum,     // to[k] = from[k] + other[k-1], by image: `to` has one image more than both
    };
    Kind kind;
    int layer;      // the forward layer whose operation, weights or output are used
    int from, to;   // slots
    int other = -1; // slot, of Sum
    int mask = -1;  // layer
    int block = -1;
    Factor factor = Factor::One;
};

/// The weights of convolution or linear layer `layer` have the gradient of its output: factor * slot `from`.
struct WeightStep {
    int layer;
    int from;
    int block = -1;
    Factor factor = Factor::One;
};

struct BlockSlots {
    int gy = -1, gu = -1, gs = -1, gF = -1, gx = -1; // gs is -1 in a plain block, where gF is gx
};

enum class Keep {
    All,
    BetweenBlocks, // gradients within a block share their buffers with those within the others
};

struct GradientPlan {
    Keep keep = Keep::All;
    std::vector<Shape> slotShapes;
    std::vector<int> insideOf; // by slot: the block that it lies within; -1: none
    std::vector<int> bufferOf; // by slot; slots share a buffer when the first is not read any more
    std::vector<std::size_t> bufferTexels;
    std::vector<GradientStep> steps;
    std::vector<WeightStep> weights;
    std::vector<BlockSlots> blocks;
    std::vector<int> ofLayer; // slot of dJ / d output of the layer; -1: not kept
    int logits = 0;           // slot of the seed

    /// The block that a step or weight step belongs to; -1: the head or the stem.
    int blockOf(const GradientStep &step) const
    {
        return insideOf[step.from] >= 0 ? insideOf[step.from] : insideOf[step.to];
    }
    int blockOf(const WeightStep &step) const { return insideOf[step.from]; }
};

/// `shapes` are the forward pass's, by layer.
GradientPlan makeGradientPlan(const nn::Network &network, const std::vector<Shape> &shapes, Keep keep = Keep::All);

/// The gradient by path length, from one image's logits to the stem's output: image k of a gradient is G_k, what came
/// through exactly k branches (docs/decompositions.md), so every block adds one image. Only the last slot, ofLayer of
/// the stem, is kept; no weights.
GradientPlan makePathPlan(const nn::Network &network, const std::vector<Shape> &shapes);

} // namespace reslens::engine
