#include "nn/gradients.h"

#include <algorithm>
#include <cmath>

namespace reslens::nn {

namespace {

/// Checks the conditions for a gradient by path length: one image, at least one block with a shortcut.
Result<void> checkPathLengths(const Network &network, Shape input)
{
    if (input.n != 1)
        return fail(ErrorKind::Unsupported, "gradient by path length",
                    "the trace has " + std::to_string(input.n) + " images, it is made for one at a time");
    if (std::ranges::none_of(network.blocks, &Block::hasShortcut))
        return fail(ErrorKind::Unsupported, "gradient by path length",
                    "a plain network has no skips, so there is only one path");
    return {};
}

Result<const DifferentiableTrace *> differentiable(const Trace &trace)
{
    if (const auto *can = dynamic_cast<const DifferentiableTrace *>(&trace))
        return can;
    return fail(ErrorKind::Unsupported, "gradients", "this device has no backward pass");
}

} // namespace

Gradients::Gradients(const Network &network, int layerOfJ, std::vector<ImageObjective> objectives)
    : m_network(network), m_layerOfJ(layerOfJ), m_objectives(std::move(objectives))
{
}

Result<void> Gradients::checkReach(int layer) const
{
    if (layer <= m_layerOfJ)
        return {};
    return fail(ErrorKind::Unsupported, m_network.layers[layer].name,
                "what is differentiated is a function of " + m_network.layers[m_layerOfJ].name +
                    ", so it has no gradient here");
}

Result<Tensor> Gradients::value(int layer) const
{
    TRY(checkLayer(m_network, layer));
    TRY(checkReach(layer));
    return doValue(layer);
}

Result<BlockGradients> Gradients::ofBlock(int block) const
{
    TRY(checkBlock(m_network, block));
    TRY(checkReach(m_network.blocks[block].y));
    return doOfBlock(block);
}

Result<std::vector<float>> Gradients::ofParameter(std::string_view name) const
{
    for (int l = 0; l < int(m_network.layers.size()); ++l) {
        if (!name.starts_with(m_network.layers[l].name))
            continue;
        const std::vector<ParameterSpec> specs = parametersOf(m_network.layers[l]);
        const auto spec = std::ranges::find(specs, name, &ParameterSpec::name);
        if (spec == specs.end())
            continue;
        if (!spec->isTrained)
            return fail(ErrorKind::Unsupported, spec->name, "is a running statistic, which is not trained");
        TRY(checkReach(l));
        return doOfParameter(l, int(spec - specs.begin()));
    }
    return fail(ErrorKind::NotFound, std::string(name), "the network has no such parameter");
}

Result<RunOptions> DifferentiableTrace::checked(const RunOptions &options) const
{
    TRY(checkScales(network(), options.scales));
    RunOptions own = options;
    if (own.scales.empty())
        own.scales = scales();
    return own;
}

Result<std::unique_ptr<Gradients>> DifferentiableTrace::backward(const Objective &objective,
                                                                 const RunOptions &options) const
{
    const RunOptions own = TRY(checked(options));
    ObjectiveResult evaluated = TRY(evaluate(objective, forward().logits, forward().activation));
    return doBackward({network().logits, std::move(evaluated.gradient)}, std::move(evaluated.images), own);
}

Result<std::unique_ptr<Gradients>> DifferentiableTrace::backwardFrom(const LinearFunctional &J,
                                                                     const RunOptions &options) const
{
    const RunOptions own = TRY(checked(options));
    TRY(checkLayer(network(), J.layer));
    const Shape &shape = shapes()[J.layer];
    if (J.weights.shape != shape || J.weights.values.size() != shape.count())
        return fail(ErrorKind::Mismatch, "weights",
                    "have shape " + J.weights.shape.text() + ", the output of " + network().layers[J.layer].name +
                        " has " + shape.text());
    if (!std::ranges::all_of(J.weights.values, [](float weight) { return std::isfinite(weight); }))
        return fail(ErrorKind::InvalidInput, "weights", "are not finite");
    return doBackward(J, {}, own);
}

Result<Tensor> DifferentiableTrace::gradientsByPathLength(const Objective &objective, const RunOptions &options) const
{
    TRY(checkPathLengths(network(), shapes()[0]));
    const RunOptions own = TRY(checked(options));
    ObjectiveResult evaluated = TRY(evaluate(objective, forward().logits, forward().activation));
    return doGradientsByPathLength(std::move(evaluated.gradient), own);
}

Result<std::unique_ptr<Gradients>> backward(const Trace &trace, const Objective &objective, const RunOptions &options)
{
    return TRY(differentiable(trace))->backward(objective, options);
}

Result<std::unique_ptr<Gradients>> backwardFrom(const Trace &trace, const LinearFunctional &J,
                                                const RunOptions &options)
{
    return TRY(differentiable(trace))->backwardFrom(J, options);
}

Result<Tensor> gradientsByPathLength(const Trace &trace, const Objective &objective, const RunOptions &options)
{
    return TRY(differentiable(trace))->gradientsByPathLength(objective, options);
}

} // namespace reslens::nn
