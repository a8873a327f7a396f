// What each timed kernel of a forward pass had to do: its multiply-adds, and the bytes that must move for it.
#pragma once

#include "nn/executor.h"

#include <cstdint>
#include <string>
#include <vector>

namespace reslens::cli {

/// One layer that ran, with everything that was fused behind it (batch norm, addition, ReLU).
struct LayerCost {
    int layer;          // index in Network::layers of the operation: the convolution, the pooling, ...
    int output;         // of what it made
    std::string kernel; // of several (a transformation before the sums), the longest
    double ms = 0;      // of all of them
    std::int64_t macs = 0;
    /// What it reads of other layers' outputs, its weights, and its output, once each, in fp32.
    std::int64_t bytes = 0;
};

/// In the order they ran. `times` is of one forward pass over `input`.
std::vector<LayerCost> layerCosts(const nn::Network &network, Shape input, const std::vector<nn::LayerTime> &times);

} // namespace reslens::cli
