// A pass over a network as data: its dispatches in their order, the tensors that they read and write, and the buffers
// that those live in. Passes forward and backward are such programs; they are decided on the CPU, without a device.
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

/// Which tensors are there when a program has run.
enum class Keep {
    Results, // its results: a buffer goes to another tensor when its last reader has run
    /// What goes from block to block. Tensors within a block share their buffers with those within the other blocks:
    /// they are there after their block has run.
    BetweenBlocks,
    All, // every tensor, in a buffer of its own
};

enum class Factor { One, Alpha, Beta }; // of the step's block

/// One kernel's work. Tensors are known by their number in the program: its values.
struct Step {
    Record record;
    int layer;                   // whose operation, weights or gradient
    std::vector<int> reads;      // values
    int writes = -1;             // value
    int operand = -1;            // value that a convolution's epilogue reads: forward the shortcut, backward the mask
    bool hasRelu = false;        // forward, behind a convolution
    int block = -1;              // whose alpha and beta apply
    Factor factor = Factor::One; // of a gradient
    KernelChoice choice = {};    // of a gradient of weights, whose result is as large as this says

    /// All values that it reads.
    std::vector<int> sources() const;
};

struct Program {
    Keep keep = Keep::All;
    std::vector<Shape> shapes; // of every value
    int external = 0;          // the values below are those of another program, which has run before
    std::vector<int> insideOf; // by value: the block that it lies within; -1: it goes between blocks, or is of the ends
    std::vector<std::size_t> texels; // by value: what its buffer must hold; 0: it has none
    std::vector<Step> steps;
    int input = -1;            // the value that is there before the first step
    std::vector<int> results;  // values that are read when all has run
    std::vector<int> bufferOf; // by value; -1: none
    std::vector<std::size_t> bufferTexels;

    /// A new value, a packed tensor.
    int add(Shape shape, int inside);
    /// The block that a step runs with; -1: none.
    int blockOf(const Step &step) const;
    /// Gives every value its buffer.
    void assignBuffers(Keep kept);
};

/// Texels of a packed tensor, the zero texel included; see shaders/include/packed.glsl.
std::size_t packedTexels(Shape shape);

/// The block that the output of `layer` lies within, so that only its own layers read it; -1: none.
int blockInside(const nn::Network &network, int layer);

/// The forward pass over `input`: value l is the output of layer l. With Keep::Results batch norm, addition and ReLU
/// ride in the convolutions; else only batch norm does.
Program makeForwardProgram(const nn::Network &network, Shape input, Keep keep);

} // namespace reslens::engine
