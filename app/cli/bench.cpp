// reslens-cli bench: how long a forward and a backward pass take on this device, and where the time goes.
#include "cli/arguments.h"
#include "cli/bench_report.h"
#include "cli/bench_times.h"
#include "cli/model_choice.h"
#include "nn/generated_parameters.h"
#include "selftest/difference.h"

#include <cmath>

namespace reslens::cli {

namespace {

struct Wanted {
    int batch;
    std::optional<int> side; // nothing: the model's own
    BenchOptions options;
};

Result<Wanted> wantedBy(const Arguments &arguments)
{
    const auto runs = arguments.number("runs", 1, 100'000), batch = arguments.number("batch", 1, 1024);
    if (!runs || !batch)
        return tl::unexpected(runs ? batch.error() : runs.error());
    Wanted wanted{*batch, std::nullopt, {*runs, arguments.has("backward")}};
    if (arguments.has("size")) {
        const auto side = arguments.number("size", 32, 1024);
        if (!side)
            return tl::unexpected(side.error());
        wanted.side = *side;
    }
    return wanted;
}

Result<void> tuneAll(nn::Executor &executor, const Tensor &input, bool hasBackward)
{
    if (hasBackward) // whose kernels are measured once there was one
        if (const auto once = measureForwardBackward(executor, input, 1); !once)
            return tl::unexpected(once.error());
    for (int left = 1; left > 0;) {
        const auto tuned = executor.tune(input.shape, {});
        if (!tuned)
            return tl::unexpected(tuned.error());
        left = *tuned;
    }
    return {};
}

/// What the fp16 weights of `half` change: its answer beside that of fp32 weights on the same device.
Result<Json> roundingJson(nn::Executor &half, std::shared_ptr<const nn::Model> model, session::DeviceRequest request,
                          const Tensor &input)
{
    request.hasHalfWeights = false;
    const auto single = session::chooseExecutor(std::move(model), request);
    if (!single)
        return tl::unexpected(single.error());
    const auto found = half.forward(input, {}), expected = (*single)->forward(input, {});
    if (!found || !expected)
        return tl::unexpected(found ? expected.error() : found.error());
    const auto probability = selftest::difference(found->probabilities.values, expected->probabilities.values);
    return Json{{"logits_error", selftest::difference(found->logits.values, expected->logits.values).relative},
                {"largest_probability_difference", std::abs(probability.found - probability.expected)}};
}

} // namespace

int bench(const Command &self, const QStringList &given)
{
    Arguments arguments(self, "");
    addModelOptions(arguments);
    arguments.add({"runs"}, "How many passes to measure, after half a second of them to warm up.", "N", "10");
    arguments.add(
        {"backward"},
        "Measure the backward pass too, alone and with its forward pass: the gradients of every block and parameter.");
    arguments.add({"batch"}, "How many pictures in a pass.", "N", "1");
    arguments.add({"size"}, "The pictures' width and height, instead of the model's own.", "PIXELS");
    arguments.add({"tune"}, "First measure the kernels' variants for every layer of the model (with --backward those "
                            "of the backward pass too), and keep what is fastest.");
    if (const auto over = arguments.parse(given))
        return *over;
    if (!arguments.positional().isEmpty())
        return arguments.wrong("takes no further arguments");
    const auto wanted = wantedBy(arguments);
    if (!wanted)
        return arguments.wrong(wanted.error());

    const auto model = openModel(arguments);
    if (!model)
        return failed(model.error());
    const auto executor = openExecutor(arguments, *model);
    if (!executor)
        return failed(executor.error());
    const int side = wanted->side.value_or((*model)->preprocess.crop);
    const Tensor input = nn::generateInput({wanted->batch, 3, side, side});
    if (arguments.has("tune"))
        if (const auto tuned = tuneAll(**executor, input, wanted->options.hasBackward); !tuned)
            return failed(tuned.error());
    auto report = benchReport(**executor, input, wanted->options);
    if (!report)
        return failed(report.error());
    if (arguments.has("half")) {
        const auto rounding = roundingJson(**executor, *model, deviceRequest(arguments), input);
        if (!rounding)
            return failed(rounding.error());
        (*report)["fp16_weights"] = *rounding;
    }
    noteEconomies(arguments, **executor);
    if (arguments.wantsJson())
        printJson(*report);
    else
        print(benchText(*report));
    return kDone;
}

} // namespace reslens::cli
