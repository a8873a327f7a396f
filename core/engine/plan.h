// Which dispatches a forward pass takes and which buffer each result lives in: decided on the CPU, without a device.
#pragma once

#include "nn/network.h"

#include <vector>

namespace reslens::engine {

enum class Mode {
    Fast,  // batch norm, addition and ReLU ride in the convolutions; buffers are reused as soon as they are free
    Trace, // every tensor a person can look at is kept, in a buffer of its own
    /// The same tensors in the same order, but those within a block share their buffers with those within the other
    /// blocks: only what goes from block to block is kept, the rest is there after its block has run.
    Checkpoints,
};

/// One dispatch: layer `op`'s operation, with whatever is fused behind it, writing the output of layer `output`.
struct Step {
    int op;
    int output;
    std::vector<int> inputs; // layers
    int batchNorm = -1;      // folded into the convolution's weights
    int shortcut = -1;       // fused addition: output = alpha * shortcut + beta * convolution
    int block = -1;          // whose alpha and beta
    bool hasRelu = false;
};

struct Plan {
    Mode mode;
    std::vector<Shape> shapes; // of every layer's output
    std::vector<Step> steps;
    std::vector<int> slotOf; // by layer: the slot that holds its output after its step; -1: it has no output
    std::vector<std::size_t> slotTexels;

    const Shape &outputShape(const Step &step) const { return shapes[step.output]; }
};

/// Texels of a packed tensor, the zero texel included; see shaders/include/packed.glsl.
std::size_t packedTexels(Shape shape);

Plan makePlan(const nn::Network &network, Shape input, Mode mode);

} // namespace reslens::engine
