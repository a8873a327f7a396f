// A residual network as a list of layers in the order of the run, and the blocks that the views show.
#pragma once

#include "nn/architecture.h"
#include "nn/ops.h"
#include "tensor/tensor.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reslens::nn {

/// The index in Network::layers identifies a layer's output. `inputs` are such indices, all smaller than the layer's
/// own.
struct Layer {
    std::string name; // the parameters' prefix: conv1, layer1.0.bn2, layer2.0.downsample.0, fc
    Op op;
    std::vector<int> inputs;
};

/// One residual block; x, s, F, u, y as in docs/decompositions.md, each the index of the layer that makes it.
/// A plain network's block has no addition: s is -1 and u is F.
struct Block {
    std::string name; // layer3.5
    int stage;        // counts from 1
    bool identity;    // s is x itself
    int x, s, F, u, y;
    int firstLayer, lastLayer; // its layers are [firstLayer, lastLayer]; y is the last

    bool hasShortcut() const { return s >= 0; }
};

struct Network {
    Architecture architecture;
    std::vector<Layer> layers; // [0] is the Input
    std::vector<Block> blocks;
    int stem = 0;           // the first block's x
    int features = 0;       // global average pool
    int logits = 0;         // the head's output; without a head, the features
    int probabilities = -1; // softmax; -1 without one

    bool hasHead() const { return logits != features; }
    /// False if its blocks have another activation. Then y is no masked u, and what is exact by the masks is not
    /// defined.
    bool hasRelus() const;
    std::optional<int> blockNamed(std::string_view name) const;
    /// The block that has this layer; -1: the stem or the head.
    int blockOf(int layer) const;
    /// The layer that reads `layer`'s output, if there is exactly one.
    std::optional<int> onlyReader(int layer) const;
    /// The batch norm that alone reads `layer`'s output, so that it can be folded into the layer's weights.
    std::optional<int> batchNormAfter(int layer) const;
};

/// A tensor a person can look at.
struct Tap {
    std::string name;    // "x", "F", "conv2"
    int layer;           // the layer whose output it is
    bool isSigned;       // may be negative: shown with a diverging colour map
    std::string meaning; // "residual branch, before the addition"
};

/// x, F, s, u, y of block `block` and every convolution inside it (after its batch norm); `block` = -1: the stem's.
std::vector<Tap> tapsOf(const Network &network, int block);

/// The shape of every layer's output for an input of `input` (N,C,H,W).
std::vector<Shape> layerShapes(const Network &network, Shape input);

std::int64_t macs(const Network &network, Shape input);

/// The parameters that the network needs from a checkpoint.
std::vector<ParameterSpec> parametersOf(const Layer &layer);
std::vector<ParameterSpec> parametersOf(const Network &network);
/// Trained parameters, as published.
std::int64_t parameterCount(const Network &network);

} // namespace reslens::nn
