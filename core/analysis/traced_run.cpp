#include "analysis/traced_run.h"

namespace reslens::analysis {

namespace {

Result<void> checkScaleCount(const nn::Network &network, const std::vector<nn::BlockScale> &scales)
{
    if (scales.empty() || scales.size() == network.blocks.size())
        return {};
    return fail(ErrorKind::InvalidInput, "scales",
                "there are " + std::to_string(scales.size()) + ", the network has " +
                    std::to_string(network.blocks.size()) + " blocks");
}

} // namespace

Result<void> check(const TracedRun &run)
{
    const int images = run.trace.forward().logits.shape.n;
    if (run.image < 0 || run.image >= images)
        return fail(ErrorKind::NotFound, "image " + std::to_string(run.image),
                    "the batch has images 0 to " + std::to_string(images - 1));
    return checkScaleCount(run.network(), run.scales);
}

Result<void> checkOneImage(const Tensor &input)
{
    if (input.shape.n == 1)
        return {};
    return fail(ErrorKind::InvalidInput, "input",
                "holds " + std::to_string(input.shape.n) + " images, this looks at one at a time");
}

Result<std::vector<nn::BlockScale>> scalesForAll(const nn::Network &network, std::vector<nn::BlockScale> scales)
{
    TRY(checkScaleCount(network, scales));
    scales.resize(network.blocks.size());
    return scales;
}

Result<void> checkNotStopped(const std::stop_token &stop, const std::string &what)
{
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, what, "cancelled");
    return {};
}

Result<void> checkHasShortcuts(const nn::Network &network, const std::string &what)
{
    for (const nn::Block &block : network.blocks)
        if (!block.hasShortcut())
            return fail(ErrorKind::Unsupported, network.architecture.name,
                        "a plain network has no skips: everything passes through every block, so there is no " + what);
    return {};
}

Result<void> checkHasRelus(const nn::Network &network, const std::string &what)
{
    for (const nn::Layer &layer : network.layers)
        if (std::holds_alternative<nn::Activate>(layer.op))
            return fail(ErrorKind::Unsupported, network.architecture.name,
                        "its activation is " + nn::describe(layer.op) + "; " + what +
                            " is exact only for ReLUs, so it is not drawn");
    return {};
}

} // namespace reslens::analysis
