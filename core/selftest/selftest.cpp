#include "selftest/selftest.h"

#include "selftest/steps.h"

namespace reslens::selftest {

std::string placeOf(const nn::Network &network, int layer)
{
    if (layer <= network.stem)
        return "stem";
    for (const nn::Block &block : network.blocks)
        if (layer >= block.firstLayer && layer <= block.lastLayer)
            return block.name;
    return "head";
}

std::string makerName(const nn::Layer &layer)
{
    return nn::describe(layer.op) + " " + layer.name;
}

Result<void> compare(Check check, std::span<const float> found, std::span<const float> expected, Report &report)
{
    if (found.size() != expected.size())
        return fail(ErrorKind::Mismatch, check.tensor,
                    "has " + std::to_string(found.size()) + " elements, the reference's has " +
                        std::to_string(expected.size()));
    check.difference = difference(found, expected);
    if (!check.difference.isDefined)
        return fail(ErrorKind::InvalidInput, check.tensor,
                    "is not finite in the reference (element " + std::to_string(check.difference.at) +
                        "): the network's own numbers overflow or its weights are not finite");
    report.checks.push_back(std::move(check));
    return {};
}

Result<void> notStopped(const std::stop_token &stop)
{
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, "self-test", "cancelled");
    return {};
}

Result<Report> selftest(nn::Executor &tested, nn::Executor &reference, const Tensor &input, const std::stop_token &stop)
{
    nn::RunOptions options;
    options.stop = stop;
    const auto expected = TRY(reference.trace(input, options)), found = TRY(tested.trace(input, options));
    const Traces traces{reference.model().network, *found, *expected, stop};
    Report report;
    Choices choices;
    TRY(compareForward(traces, report, choices));

    // The fast mode has its own kernels, with the addition and the ReLU fused, and keeps only these results.
    const nn::Forward fast = TRY(tested.forward(input, options));
    TRY(compare({Pass::Forward, "head", "logits of the fast mode", "fused kernels", {}, kForwardTolerance},
                fast.logits.values, expected->forward().logits.values, report));

    report.choices = choices.count;
    report.differingChoices = choices.differingCount;
    TRY(compareBackward(traces, choices, report));
    return report;
}

} // namespace reslens::selftest
