#include "cli/benchmark.h"

#include "nn/gradients.h"
#include "session/position.h"

#include <algorithm>
#include <chrono>
#include <map>

namespace reslens::cli {

namespace {

double elapsedMs(std::chrono::steady_clock::time_point begin)
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

/// The first pass records commands and warms caches. For the next few tenths of a second Linux may still run the
/// threads of a software device on one core.
constexpr double kWarmUpMs = 500;
constexpr int kTimedRuns = 5; // with timestamps, for the median of each kernel

/// `pass` runs once and returns its own time in ms. It warms up for kWarmUpMs, and at least once, before it is timed.
template <typename Pass>
Result<Timing> measurePasses(int runs, Pass pass)
{
    Timing timing;
    const auto warmUp = std::chrono::steady_clock::now();
    for (bool isWarm = false; int(timing.runMs.size()) < runs;) {
        const auto begin = std::chrono::steady_clock::now();
        const double ms = TRY(pass());
        if (isWarm) {
            timing.wallMs.push_back(elapsedMs(begin));
            timing.runMs.push_back(ms);
        }
        isWarm = isWarm || elapsedMs(warmUp) >= kWarmUpMs;
    }
    return timing;
}

/// `pass` runs once and returns its kernels' times. The kernels are the same in every run once all is recorded.
template <typename Pass>
Result<std::vector<nn::LayerTime>> mediansOf(int runs, Pass pass)
{
    std::vector<nn::LayerTime> times;
    std::vector<std::vector<double>> ms; // indexed by kernel, then run
    for (int run = 0; run < runs; ++run) {
        times = TRY(pass());
        if (ms.size() != times.size())
            ms.assign(times.size(), {});
        for (std::size_t k = 0; k < times.size(); ++k)
            ms[k].push_back(times[k].ms);
    }
    for (std::size_t k = 0; k < times.size(); ++k)
        times[k].ms = median(ms[k]);
    return times;
}

/// Includes the gradients of the parameters.
Result<std::unique_ptr<nn::Gradients>> allGradients(const nn::Trace &trace)
{
    std::unique_ptr<nn::Gradients> gradients = TRY(nn::backward(trace, {}, {}));
    TRY(gradients->computeParameters({}));
    return gradients;
}

Result<Timing> measureForward(nn::Executor &executor, const Tensor &input, int runs)
{
    return measurePasses(runs, [&] {
        return executor.forward(input, {}).map([](const nn::Forward &forward) { return forward.wallMs; });
    });
}

/// Times the backward pass alone: every gradient of one trace is computed, none is read.
Result<Timing> measureBackward(nn::Executor &executor, const Tensor &input, int runs)
{
    const std::unique_ptr<nn::Trace> trace = TRY(executor.trace(input, {}));
    return measurePasses(runs, [&] {
        const auto begin = std::chrono::steady_clock::now();
        return allGradients(*trace).map([&](const auto &) { return elapsedMs(begin); });
    });
}

/// Returns the times in the kernels' order; empty if the executor measures none.
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
    const std::unique_ptr<nn::Trace> trace = TRY(executor.trace(input, {}));
    return mediansOf(
        runs, [&] { return allGradients(*trace).map([](const auto &gradients) { return gradients->times(); }); });
}

/// Empty on the CPU reference.
Result<std::optional<engine::Peak>> peakOf(nn::Executor &executor)
{
    auto peak = engine::measurePeak(executor);
    if (!peak && peak.error().kind == ErrorKind::Unsupported)
        return std::nullopt;
    return TRY(std::move(peak));
}

/// Adds up entries of the same name.
class Account {
public:
    void add(const std::string &name, int count, double ms, std::int64_t macs)
    {
        Work &work = m_works[name];
        work = {name, work.count + count, work.ms + ms, work.macs + macs};
    }

    std::vector<Work> slowestFirst() const
    {
        std::vector<Work> works;
        for (const auto &[name, work] : m_works)
            works.push_back(work);
        std::ranges::stable_sort(works, std::greater(), &Work::ms);
        return works;
    }

private:
    std::map<std::string, Work> m_works;
};

/// A layer's multiply-adds count for the longest of its kernels.
void addForward(Benchmark &benchmark, const std::vector<nn::LayerTime> &times)
{
    const nn::Network &network = benchmark.model->network;
    benchmark.layers = layerCosts(network, benchmark.shapes, times);
    Account kernels, stages;
    for (const nn::LayerTime &time : times)
        kernels.add(time.kernel, 1, time.ms, 0);
    for (const LayerCost &cost : benchmark.layers) {
        kernels.add(cost.kernel, 0, 0, cost.macs);
        stages.add(session::partName(network, cost.output), 1, cost.ms, cost.macs);
    }
    benchmark.kernels = kernels.slowestFirst();
    benchmark.stages = stages.slowestFirst();
}

/// A gradient of an input or of weights takes as many multiply-adds as the layer's forward pass.
void addBackward(Benchmark &benchmark, const std::vector<nn::LayerTime> &times)
{
    Account kernels;
    for (const nn::LayerTime &time : times)
        kernels.add(time.kernel, 1, time.ms,
                    nn::macsOf(benchmark.model->network.layers[time.layer].op, benchmark.shapes[time.layer]));
    benchmark.backwardKernels = kernels.slowestFirst();
}

} // namespace

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

Result<Timing> measureForwardBackward(nn::Executor &executor, const Tensor &input, int runs)
{
    return measurePasses(runs, [&]() -> Result<double> {
        const auto begin = std::chrono::steady_clock::now();
        const std::unique_ptr<nn::Trace> trace = TRY(executor.trace(input, {}));
        return allGradients(*trace).map([&](const auto &) { return elapsedMs(begin); });
    });
}

Result<Benchmark> measure(std::shared_ptr<const nn::Model> model, nn::Executor &executor, const Tensor &input,
                          BenchOptions options)
{
    Benchmark benchmark{.model = std::move(model), .device = executor.device(), .runs = options.runs};
    benchmark.shapes = nn::layerShapes(benchmark.model->network, input.shape);
    benchmark.forward = TRY(measureForward(executor, input, options.runs));
    benchmark.memoryBytes = executor.memoryBytes();
    if (options.hasBackward) {
        benchmark.backward = TRY(measureBackward(executor, input, options.runs));
        benchmark.forwardBackward = TRY(measureForwardBackward(executor, input, options.runs));
    }
    const int runs = std::min(options.runs, kTimedRuns);
    addForward(benchmark, TRY(measureKernels(executor, input, runs)));
    benchmark.peak = TRY(peakOf(executor));
    if (options.hasBackward)
        addBackward(benchmark, TRY(measureBackwardKernels(executor, input, runs)));
    return benchmark;
}

} // namespace reslens::cli
