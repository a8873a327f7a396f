#include "selftest/selftest.h"
#include "selftest/steps.h"

namespace reslens::selftest {

namespace {

/// Both traces' output of `layer`; empty if one of them has folded the layer away.
struct Pair {
    Tensor found, expected;
};
Result<std::optional<Pair>> readBoth(const Traces &traces, int layer)
{
    Result<Tensor> found = traces.tested.read(layer), expected = traces.expected.read(layer);
    for (const Result<Tensor> *side : {&found, &expected})
        if (!*side) {
            if (side->error().kind == ErrorKind::Unsupported)
                return std::nullopt;
            return tl::unexpected(side->error());
        }
    return Pair{std::move(*found), std::move(*expected)};
}

Result<void> collectChoices(const Traces &traces, int layer, const Pair &output, Choices &choices)
{
    const nn::Layer &it = traces.network.layers[layer];
    if (std::holds_alternative<nn::Relu>(it.op))
        choices.addRelu(layer, output.found, output.expected);
    const auto *pool = std::get_if<nn::MaxPool>(&it.op);
    if (!pool)
        return {};
    if (const auto input = TRY(readBoth(traces, it.inputs[0])))
        choices.addMaxPool(layer, *pool, input->found, input->expected);
    return {};
}

} // namespace

Result<void> compareForward(const Traces &traces, Report &report, Choices &choices)
{
    std::string folded; // layers without an output of their own; the next output judges them
    for (int l = 1; l < int(traces.network.layers.size()); ++l) {
        TRY(notStopped(traces.stop));
        const auto output = TRY(readBoth(traces, l));
        const nn::Layer &layer = traces.network.layers[l];
        if (!output) {
            folded += makerName(layer) + ", ";
            continue;
        }
        TRY(compare({Pass::Forward,
                     placeOf(traces.network, l),
                     layer.name,
                     std::exchange(folded, "") + makerName(layer),
                     {},
                     kForwardTolerance},
                    output->found.values, output->expected.values, report));
        TRY(collectChoices(traces, l, *output, choices));
    }
    return {};
}

} // namespace reslens::selftest
