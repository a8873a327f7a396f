#include "reference/backward_pass.h"

#include <algorithm>

namespace reslens::reference {

namespace {

/// The tensor of a block that collects the gradient from a layer to the block's x.
struct Route {
    int block = -1; // -1: the layer reads no block's x
    bool isBranch = false;
};

/// One per layer. The branch is the path from F back to x; all other readers of x are the skip.
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

/// A backward pass in progress.
class Sweep {
public:
    Sweep(PreparedModel &model, const std::vector<Tensor> &outputs, const nn::RunOptions &options)
        : m_model(model), m_outputs(outputs), m_options(options), m_routes(routesOf(model.network()))
    {
        clear();
    }

    void clear()
    {
        const nn::Network &network = m_model.network();
        m_pass.values.assign(network.layers.size(), {});
        m_pass.skips.assign(network.blocks.size(), {});
        m_pass.branches.assign(network.blocks.size(), {});
    }

    /// Goes back through layers `last` ... `first`; `arriving` is the gradient at the output of `last`. Cancelled.
    Result<void> run(int last, int first, Tensor arriving)
    {
        m_pass.values[last] = std::move(arriving);
        for (int l = last; l >= first; --l) {
            if (m_options.stop.stop_requested())
                return tl::unexpected(nn::cancelled());
            step(l);
        }
        return {};
    }

    BackwardPass &pass() { return m_pass; }

private:
    /// Passes on the gradient at the output of layer `l`; there is none if J does not depend on it.
    void step(int l)
    {
        if (m_pass.values[l].values.empty())
            return;
        const nn::Network &network = m_model.network();
        const std::vector<const Tensor *> inputs = m_model.inputsOf(l, m_outputs, m_outputs[0]);
        std::vector<Tensor> sent =
            m_model.runners[l].backward(inputs, m_outputs[l], m_pass.values[l], m_model.scaleOf(l, m_options.scales));
        for (std::size_t slot = 0; slot < sent.size(); ++slot) {
            const int input = network.layers[l].inputs[slot];
            accumulate(m_pass.values[input], sent[slot]);
            const auto [block, isBranch] = m_routes[l];
            if (block >= 0 && input == network.blocks[block].x)
                (isBranch ? m_pass.branches : m_pass.skips)[block] = std::move(sent[slot]);
        }
    }

    PreparedModel &m_model;
    const std::vector<Tensor> &m_outputs;
    const nn::RunOptions &m_options;
    std::vector<Route> m_routes;
    BackwardPass m_pass;
};

} // namespace

Result<BackwardPass> runBackward(PreparedModel &model, const std::vector<Tensor> &outputs, nn::LinearFunctional J,
                                 const nn::RunOptions &options)
{
    Sweep sweep(model, outputs, options);
    TRY(sweep.run(J.layer, 1, std::move(J.weights)));
    return std::move(sweep.pass());
}

Result<Tensor> runBackwardByPathLength(PreparedModel &model, const std::vector<Tensor> &outputs, Tensor atLogits,
                                       const nn::RunOptions &options)
{
    const nn::Network &network = model.network();
    Sweep sweep(model, outputs, options);
    const int lastY = network.blocks.back().y;
    TRY(sweep.run(network.logits, lastY + 1, std::move(atLogits)));
    std::vector<Tensor> byLength{sweep.pass().values[lastY]};
    for (int b = int(network.blocks.size()) - 1; b >= 0; --b) {
        const nn::Block &block = network.blocks[b];
        std::vector<Tensor> next(byLength.size() + 1);
        for (std::size_t k = 0; k < byLength.size(); ++k) {
            sweep.clear();
            TRY(sweep.run(block.lastLayer, block.firstLayer, std::move(byLength[k])));
            accumulate(next[k], sweep.pass().skips[b]);
            accumulate(next[k + 1], sweep.pass().branches[b]);
        }
        byLength = std::move(next);
    }
    Shape shape = byLength[0].shape;
    shape.n = int(byLength.size());
    Tensor result(shape);
    for (std::size_t k = 0; k < byLength.size(); ++k)
        std::copy(byLength[k].values.begin(), byLength[k].values.end(),
                  result.values.begin() + std::ptrdiff_t(k * byLength[k].values.size()));
    return result;
}

} // namespace reslens::reference
