// The work of each timed kernel of a forward pass: its multiply-adds, and the bytes that it must move.
#include "cli/benchmark.h"

#include <algorithm>
#include <functional>
#include <set>

namespace reslens::cli {

namespace {

/// True for layers that a convolution may have fused.
bool canBeFused(const nn::Op &op)
{
    return std::holds_alternative<nn::BatchNorm>(op) || std::holds_alternative<nn::Add>(op) ||
           std::holds_alternative<nn::Relu>(op);
}

/// Returns the layers of one kernel, from its output back to its operation.
std::vector<int> fusedInto(const nn::Network &network, int output, const std::set<int> &outputs)
{
    std::vector<int> chain{output};
    while (canBeFused(network.layers[chain.back()].op)) {
        const int before = network.layers[chain.back()].inputs.back(); // an addition's branch F
        if (outputs.contains(before))
            break; // `before` had a kernel of its own
        chain.push_back(before);
    }
    return chain;
}

/// Counts a weight per tap and, after folding, a bias per channel.
std::int64_t weightCount(const nn::Op &op)
{
    if (const auto *conv = std::get_if<nn::Conv2d>(&op))
        return std::int64_t(conv->channelsIn / conv->groups) * conv->channelsOut * conv->kernel * conv->kernel +
               conv->channelsOut;
    if (const auto *linear = std::get_if<nn::Linear>(&op))
        return std::int64_t(linear->featuresIn + 1) * linear->featuresOut;
    return 0;
}

void addCosts(LayerCost &cost, const nn::Network &network, const std::vector<Shape> &shapes,
              const std::vector<int> &chain)
{
    std::int64_t floats = std::int64_t(shapes[cost.output].count());
    for (const int layer : chain) {
        const nn::Op &op = network.layers[layer].op;
        cost.macs += nn::macsOf(op, shapes[layer]);
        floats += weightCount(op);
        for (const int input : network.layers[layer].inputs)
            if (std::ranges::find(chain, input) == chain.end())
                floats += std::int64_t(shapes[input].count());
    }
    cost.bytes = floats * std::int64_t(sizeof(float));
}

} // namespace

std::vector<LayerCost> layerCosts(const nn::Network &network, const std::vector<Shape> &shapes,
                                  const std::vector<nn::LayerTime> &times)
{
    std::set<int> outputs{0}; // the picture is there from the start
    for (const nn::LayerTime &time : times)
        outputs.insert(time.layer);
    std::vector<LayerCost> costs;
    std::vector<double> longest; // ms of each cost's longest kernel
    for (const nn::LayerTime &time : times) {
        const auto found = std::ranges::find(costs, time.layer, &LayerCost::output);
        const std::size_t at = std::size_t(found - costs.begin());
        if (found == costs.end()) {
            const std::vector<int> chain = fusedInto(network, time.layer, outputs);
            costs.push_back({chain.back(), time.layer, {}});
            longest.push_back(-1);
            addCosts(costs.back(), network, shapes, chain);
        }
        costs[at].ms += time.ms;
        if (time.ms > longest[at]) {
            longest[at] = time.ms;
            costs[at].kernel = time.kernel;
        }
    }
    return costs;
}

} // namespace reslens::cli
