// reslens-cli bench: how long a forward and a backward pass take on this device, and where the time goes.
#include "cli/arguments.h"
#include "cli/benchmark.h"
#include "cli/model_choice.h"
#include "nn/generated_parameters.h"
#include "selftest/difference.h"

#include <cmath>

namespace reslens::cli {

namespace {

struct Wanted {
    int batch;
    std::optional<int> side; // empty: the model's own
    BenchOptions options;
};

Result<Wanted> wantedBy(const Arguments &arguments)
{
    const int runs = TRY(arguments.number("runs", 1, 100'000));
    Wanted wanted{TRY(arguments.number("batch", 1, 1024)), std::nullopt, {runs, arguments.has("backward")}};
    if (arguments.has("size"))
        wanted.side = TRY(arguments.number("size", 32, 1024));
    return wanted;
}

Result<void> tuneAll(nn::Executor &executor, const Tensor &input, bool hasBackward)
{
    if (hasBackward) // tune() measures its kernels only after it ran once
        TRY(measureForwardBackward(executor, input, 1));
    while (TRY(executor.tune(input.shape, {})) > 0) {
    }
    return {};
}

/// Compares the answer of the fp16 weights of `half` with that of fp32 weights on the same device.
Result<Rounding> roundingOf(nn::Executor &half, std::shared_ptr<const nn::Model> model, session::DeviceRequest request,
                            const Tensor &input)
{
    request.hasHalfWeights = false;
    const auto single = TRY(session::chooseExecutor(std::move(model), request));
    const nn::Forward found = TRY(half.forward(input, {})), expected = TRY(single->forward(input, {}));
    const auto probability = selftest::difference(found.probabilities.values, expected.probabilities.values);
    return Rounding{selftest::difference(found.logits.values, expected.logits.values).relative,
                    std::abs(probability.found - probability.expected)};
}

Result<Benchmark> benchmarkOf(const Arguments &arguments, const Wanted &wanted)
{
    const std::shared_ptr<const nn::Model> model = TRY(openModel(arguments));
    const std::unique_ptr<nn::Executor> executor = TRY(openExecutor(arguments, model));
    const int side = wanted.side.value_or(model->preprocess.crop);
    const Tensor input = nn::generateInput({wanted.batch, 3, side, side});
    if (arguments.has("tune"))
        TRY(tuneAll(*executor, input, wanted.options.hasBackward));
    Benchmark benchmark = TRY(measure(model, *executor, input, wanted.options));
    if (arguments.has("half"))
        benchmark.rounding = TRY(roundingOf(*executor, model, deviceRequest(arguments), input));
    noteEconomies(arguments, *executor);
    return benchmark;
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

    const auto benchmark = benchmarkOf(arguments, *wanted);
    if (!benchmark)
        return failed(benchmark.error());
    if (arguments.wantsJson())
        printJson(benchmarkJson(*benchmark));
    else
        print(benchmarkText(*benchmark));
    return kDone;
}

} // namespace reslens::cli
