#include "reference/backward_pass.h"

namespace reslens::reference {

namespace {

/// Which tensor of a block collects what a layer sends to the block's x.
struct Route {
    int block = -1; // -1: the layer reads no block's x
    bool isBranch = false;
};

/// One per layer. The branch is what leads from F back to x; all else that reads x is the skip.
std::vector<Route> routesOf(const nn::Network &network)
{
    std::vector<Route> routes(network.layers.size());
    for (int b = 0; b < int(network.blocks.size()); ++b) {
        const nn::Block &block = network.blocks[b];
        for (int l = block.firstLayer; l <= block.lastLayer; ++l)
            for (const int input : network.layers[l].inputs)
                if (input == block.x)
                    routes[l] = {b, false};
        int first = block.F;
        while (network.layers[first].inputs[0] != block.x)
            first = network.layers[first].inputs[0];
        routes[first] = {b, true};
    }
    return routes;
}

void accumulate(Tensor &sum, const Tensor &term)
{
    if (sum.values.empty()) {
        sum = term;
        return;
    }
    for (std::size_t i = 0; i < sum.values.size(); ++i)
        sum.values[i] += term.values[i];
}

} // namespace

Result<BackwardPass> runBackward(PreparedModel &model, const std::vector<Tensor> &outputs, Tensor atLogits,
                                 const nn::RunOptions &options)
{
    const nn::Network &network = model.network();
    const std::vector<Route> routes = routesOf(network);
    BackwardPass pass;
    pass.values.resize(network.layers.size());
    pass.skips.resize(network.blocks.size());
    pass.branches.resize(network.blocks.size());
    pass.values[network.logits] = std::move(atLogits);
    for (int l = network.logits; l > 0; --l) {
        if (options.stop.stop_requested())
            return fail(ErrorKind::Cancelled, model.model->name, "the run was cancelled");
        const std::vector<const Tensor *> inputs = model.inputsOf(l, outputs, outputs[0]);
        std::vector<Tensor> sent =
            model.runners[l].backward(inputs, outputs[l], pass.values[l], model.scaleOf(l, options.scales));
        for (std::size_t slot = 0; slot < sent.size(); ++slot) {
            const int input = network.layers[l].inputs[slot];
            accumulate(pass.values[input], sent[slot]);
            const auto [block, isBranch] = routes[l];
            if (block >= 0 && input == network.blocks[block].x)
                (isBranch ? pass.branches : pass.skips)[block] = std::move(sent[slot]);
        }
    }
    return pass;
}

} // namespace reslens::reference
