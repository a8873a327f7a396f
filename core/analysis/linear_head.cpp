#include "analysis/linear_head.h"

#include "analysis/numbers.h"
#include "nn/gradients.h"

namespace reslens::analysis {

namespace {

/// Adds `sign` times the row of class `target`.
void addClass(LinearHead &head, const TracedRun &run, int target, double sign)
{
    if (target < 0)
        return;
    const nn::Layer &layer = run.network().layers[run.network().logits];
    if (!run.network().hasHead()) {
        head.weights[std::size_t(target)] += sign;
        return;
    }
    const std::vector<float> W = run.model.parameters.at(layer.name + ".weight").toFloats();
    const std::size_t row = std::size_t(target) * head.weights.size();
    for (std::size_t c = 0; c < head.weights.size(); ++c)
        head.weights[c] += sign * W[row + c];
    head.bias += sign * run.model.parameters.at(layer.name + ".bias").toFloats()[std::size_t(target)];
}

} // namespace

Result<LinearHead> linearHead(const TracedRun &run, int target, int against, double value)
{
    const nn::Network &network = run.network();
    LinearHead head{std::vector<double>(std::size_t(run.trace.shapes()[network.features].c))};
    const std::vector<int> &inputs = network.layers[network.logits].inputs;
    if (!network.hasHead() || inputs[0] == network.features) {
        addClass(head, run, target, 1);
        addClass(head, run, against, -1);
        return head;
    }
    head.isGradient = true;
    const auto kind = against < 0 ? nn::ObjectiveKind::Logit : nn::ObjectiveKind::LogitDifference;
    const auto gradients = TRY(nn::backward(run.trace, {kind, target, against}, {.scales = run.scales}));
    const Tensor gradient = TRY(gradients->value(network.features)), features = TRY(run.trace.read(network.features));
    const std::span<const float> g = imageOf(gradient, run.image), f = imageOf(features, run.image);
    head.bias = value;
    for (std::size_t c = 0; c < g.size(); ++c) {
        head.weights[c] = g[c];
        head.bias -= double(g[c]) * f[c];
    }
    return head;
}

} // namespace reslens::analysis
