// A pass over a network as data: its dispatches in order, the tensors that they read and write, and the buffers of
// those tensors. Forward and backward passes are such programs. They are planned on the CPU, without a device.
#pragma once

#include "engine/kernel_choice.h"
#include "nn/network.h"

#include <cstddef>
#include <string>
#include <vector>

namespace reslens::engine {

struct Recording;
struct Step;
/// Adds a step's dispatches to a recording (kernels/record.h); returns the kernel's name with its variant, for timings.
using Record = std::string (*)(const Recording &to, const Step &step);

/// The tensors that exist after a program has run.
enum class Keep {
    Results, // its results: a tensor may reuse a buffer after the last reader
    /// Tensors between blocks. Tensors within a block share their buffers with those within other blocks, and exist
    /// after their block has run.
    BetweenBlocks,
    All, // every tensor, in a buffer of its own
};

enum class Factor { One, Alpha, Beta }; // of the step's block

/// One kernel's work. Tensors are identified by their number in the program: its values.
struct Step {
    Record record;
    int layer;              // its operation, weights or gradient
    std::vector<int> reads; // values
    int writes = -1;        // value
    int operand = -1;       // the value that a convolution's epilogue reads: forward the shortcut, backward the mask
    bool hasRelu = false;   // forward, after a convolution
    int block = -1;         // its alpha and beta apply
    Factor factor = Factor::One; // for a gradient
    KernelChoice choice = {};    // for a gradient of weights; decides the size of the result

    /// All values that it reads.
    std::vector<int> sources() const;
};

struct Program {
    Keep keep = Keep::All;
    bool isPacked = true;            // its values are packed tensors, whose texel 0 is zero; else plain floats
    std::vector<Shape> shapes;       // of every value
    int external = 0;                // lower values belong to another program, which has run before
    std::vector<int> insideOf;       // by value: the block that contains it; -1: it lies between blocks, or at the ends
    std::vector<std::size_t> texels; // by value: the size of its buffer; 0: it has none
    std::vector<Step> steps;
    int input = -1;            // the value that exists before the first step
    std::vector<int> results;  // values that are read after the run
    std::vector<int> bufferOf; // by value; -1: none
    std::vector<std::size_t> bufferTexels;

    /// Adds a value, a packed tensor.
    int add(Shape shape, int inside);
    /// The block of a step; -1: none.
    int blockOf(const Step &step) const;
    /// Gives every value its buffer.
    void assignBuffers(Keep kept);
};

/// Texels of a packed tensor, the zero texel included; see shaders/include/packed.glsl.
std::size_t packedTexels(Shape shape);

/// The block that contains the output of `layer`, so that only its own layers read it; -1: none.
int blockInside(const nn::Network &network, int layer);

/// The forward pass over `input`: value l is the output of layer l. With Keep::Results, convolutions include batch
/// norm, addition and ReLU; else only batch norm.
Program makeForwardProgram(const nn::Network &network, Shape input, Keep keep);

} // namespace reslens::engine
