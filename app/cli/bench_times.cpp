#include "cli/bench_times.h"

#include "nn/gradients.h"

#include <algorithm>
#include <chrono>

namespace reslens::cli {

namespace {

double elapsedMs(std::chrono::steady_clock::time_point begin)
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

/// Before passes are measured. The first records commands and warms caches; for the next few tenths of a second Linux
/// may still have the threads of a software device share a core.
constexpr double kWarmUpMs = 500;

/// `pass` runs once and gives its own time, in ms. It runs for kWarmUpMs, and once at least, before it is measured.
template <typename Pass>
Result<Timing> measure(int runs, Pass pass)
{
    Timing timing;
    const auto warmUp = std::chrono::steady_clock::now();
    for (bool isWarm = false; int(timing.runMs.size()) < runs;) {
        const auto begin = std::chrono::steady_clock::now();
        const Result<double> ms = pass();
        if (!ms)
            return tl::unexpected(ms.error());
        if (isWarm) {
            timing.wallMs.push_back(elapsedMs(begin));
            timing.runMs.push_back(*ms);
        }
        isWarm = isWarm || elapsedMs(warmUp) >= kWarmUpMs;
    }
    return timing;
}

/// `pass` runs and gives the times of its kernels, which are always the same ones once all was recorded.
template <typename Pass>
Result<std::vector<nn::LayerTime>> mediansOf(int runs, Pass pass)
{
    std::vector<nn::LayerTime> times;
    std::vector<std::vector<double>> ms; // of every kernel, by run
    for (int run = 0; run < runs; ++run) {
        Result<std::vector<nn::LayerTime>> measured = pass();
        if (!measured)
            return measured;
        times = std::move(*measured);
        if (ms.size() != times.size())
            ms.assign(times.size(), {});
        for (std::size_t k = 0; k < times.size(); ++k)
            ms[k].push_back(times[k].ms);
    }
    for (std::size_t k = 0; k < times.size(); ++k)
        times[k].ms = median(ms[k]);
    return times;
}

/// Those of the parameters too.
Result<std::unique_ptr<nn::Gradients>> allGradients(const nn::Trace &trace)
{
    auto gradients = nn::backward(trace, {}, {});
    if (!gradients)
        return gradients;
    if (const auto isComplete = (*gradients)->computeParameters({}); !isComplete)
        return tl::unexpected(isComplete.error());
    return gradients;
}

} // namespace

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

Result<Timing> measureForward(nn::Executor &executor, const Tensor &input, int runs)
{
    return measure(runs, [&] {
        return executor.forward(input, {}).map([](const nn::Forward &forward) { return forward.wallMs; });
    });
}

Result<Timing> measureBackward(nn::Executor &executor, const Tensor &input, int runs)
{
    const auto trace = executor.trace(input, {});
    if (!trace)
        return tl::unexpected(trace.error());
    return measure(runs, [&] {
        const auto begin = std::chrono::steady_clock::now();
        return allGradients(**trace).map([&](const auto &) { return elapsedMs(begin); });
    });
}

Result<Timing> measureForwardBackward(nn::Executor &executor, const Tensor &input, int runs)
{
    return measure(runs, [&]() -> Result<double> {
        const auto begin = std::chrono::steady_clock::now();
        const auto trace = executor.trace(input, {});
        if (!trace)
            return tl::unexpected(trace.error());
        return allGradients(**trace).map([&](const auto &) { return elapsedMs(begin); });
    });
}

Result<std::vector<nn::LayerTime>> measureKernels(nn::Executor &executor, const Tensor &input, int runs)
{
    nn::RunOptions withTimes;
    withTimes.timesLayers = true;
    return mediansOf(runs, [&] {
        return executor.forward(input, withTimes).map([](const nn::Forward &forward) { return forward.times; });
    });
}

Result<std::vector<nn::LayerTime>> measureBackwardKernels(nn::Executor &executor, const Tensor &input, int runs)
{
    const auto trace = executor.trace(input, {});
    if (!trace)
        return tl::unexpected(trace.error());
    return mediansOf(
        runs, [&] { return allGradients(**trace).map([](const auto &gradients) { return gradients->times(); }); });
}

} // namespace reslens::cli
