#include "cli/bench_report.h"

#include "cli/bench_times.h"
#include "cli/layer_costs.h"
#include "engine/peak.h"
#include "session/position.h"

#include <algorithm>
#include <map>
#include <optional>

namespace reslens::cli {

namespace {

constexpr int kTimedRuns = 5; // with timestamps read, for medians of single kernels

Json timingJson(const Timing &timing)
{
    return {{"median_ms", median(timing.runMs)},
            {"min_ms", *std::min_element(timing.runMs.begin(), timing.runMs.end())},
            {"wall_median_ms", median(timing.wallMs)}};
}

Json shapeJson(Shape shape)
{
    return {shape.n, shape.c, shape.h, shape.w};
}

/// Costs of one layer or of several together.
struct Work {
    int count = 0;
    double ms = 0;
    std::int64_t macs = 0;
};

/// Speeds of what took `work.ms`; `peak` may be unknown.
void addSpeed(Json &json, const Work &work, const std::optional<engine::Peak> &peak)
{
    const double gflops = work.ms > 0 ? 2 * double(work.macs) / work.ms / 1e6 : 0;
    json["ms"] = work.ms;
    json["macs"] = work.macs;
    json["gflops"] = gflops;
    json["peak_share"] = peak ? Json(gflops / peak->gflops) : Json();
}

class Account {
public:
    Account(const nn::Model &model, std::vector<Shape> shapes, std::vector<nn::LayerTime> times,
            std::vector<LayerCost> costs, const std::optional<engine::Peak> &peak)
        : m_network(model.network), m_shapes(std::move(shapes)), m_times(std::move(times)), m_costs(std::move(costs)),
          m_peak(peak)
    {
    }

    /// The slowest first. The multiply-adds of a layer count for the longest of its kernels.
    Json kernels() const
    {
        std::map<std::string, Work> works;
        for (const nn::LayerTime &time : m_times) {
            ++works[time.kernel].count;
            works[time.kernel].ms += time.ms;
        }
        for (const LayerCost &cost : m_costs)
            works[cost.kernel].macs += cost.macs;
        return slowestFirst(works, "kernel");
    }

    /// Of a backward pass. What a kernel multiplies for a gradient, of an input or of weights, is what its layer does.
    Json backwardKernels(const std::vector<nn::LayerTime> &times) const
    {
        std::map<std::string, Work> works;
        for (const nn::LayerTime &time : times) {
            Work &work = works[time.kernel];
            ++work.count;
            work.ms += time.ms;
            work.macs += nn::macsOf(m_network.layers[time.layer].op, m_shapes[time.layer]);
        }
        return slowestFirst(works, "kernel");
    }

    Json stages() const
    {
        std::map<std::string, Work> works;
        for (const LayerCost &cost : m_costs) {
            Work &work = works[session::partName(m_network, cost.output)];
            ++work.count;
            work.ms += cost.ms;
            work.macs += cost.macs;
        }
        return slowestFirst(works, "stage");
    }

    /// In the order they ran.
    Json layers() const
    {
        Json list = Json::array();
        for (const LayerCost &cost : m_costs) {
            const nn::Layer &layer = m_network.layers[cost.layer];
            Json row{{"layer", layer.name},
                     {"op", nn::describe(layer.op)},
                     {"stage", session::partName(m_network, cost.output)},
                     {"kernel", cost.kernel},
                     {"input", shapeJson(m_shapes[layer.inputs.empty() ? cost.layer : layer.inputs.front()])},
                     {"output", shapeJson(m_shapes[cost.output])}};
            addSpeed(row, {1, cost.ms, cost.macs}, m_peak);
            row["bytes"] = cost.bytes;
            row["gb_s"] = cost.ms > 0 ? double(cost.bytes) / cost.ms / 1e6 : 0;
            row["intensity"] = 2 * double(cost.macs) / double(cost.bytes);
            list.push_back(std::move(row));
        }
        return list;
    }

private:
    Json slowestFirst(const std::map<std::string, Work> &works, const char *keyName) const
    {
        Json list = Json::array();
        for (const auto &[key, work] : works) {
            list.push_back({{keyName, key}, {"count", work.count}});
            addSpeed(list.back(), work, m_peak);
        }
        std::stable_sort(list.begin(), list.end(), [](const Json &a, const Json &b) { return a["ms"] > b["ms"]; });
        return list;
    }

    const nn::Network &m_network;
    std::vector<Shape> m_shapes;
    std::vector<nn::LayerTime> m_times;
    std::vector<LayerCost> m_costs;
    std::optional<engine::Peak> m_peak;
};

/// Nothing on the CPU reference, whose peak nobody asks for.
Result<std::optional<engine::Peak>> peakOf(nn::Executor &executor)
{
    const auto peak = engine::measurePeak(executor);
    if (peak)
        return *peak;
    if (peak.error().kind == ErrorKind::Unsupported)
        return std::nullopt;
    return tl::unexpected(peak.error());
}

Json peakJson(const std::optional<engine::Peak> &peak)
{
    if (!peak)
        return {};
    return {{"gflops", peak->gflops}, {"memory_gb_s", peak->memoryGBPerSecond}, {"fetch_gb_s", peak->fetchGBPerSecond}};
}

/// Everything that is timed as a whole.
Result<void> addPasses(Json &json, nn::Executor &executor, const Tensor &input, BenchOptions options)
{
    const auto forward = measureForward(executor, input, options.runs);
    if (!forward)
        return tl::unexpected(forward.error());
    json["forward"] = timingJson(*forward);
    json["memory_bytes"] = executor.memoryBytes(); // of the forward pass: before traces and gradients
    if (!options.hasBackward)
        return {};
    const auto backward = measureBackward(executor, input, options.runs),
               both = measureForwardBackward(executor, input, options.runs);
    if (!backward || !both)
        return tl::unexpected(backward ? both.error() : backward.error());
    json["backward"] = timingJson(*backward);
    json["forward_backward"] = timingJson(*both);
    return {};
}

} // namespace

Result<Json> benchReport(nn::Executor &executor, const Tensor &input, BenchOptions options)
{
    const nn::Model &model = executor.model();
    Json json{{"model", model.name},
              {"device", executor.device().name},
              {"driver", executor.device().driver},
              {"runs", options.runs},
              {"batch", input.shape.n},
              {"input", {input.shape.c, input.shape.h, input.shape.w}},
              {"macs", nn::macs(model.network, input.shape)}};
    if (const auto added = addPasses(json, executor, input, options); !added)
        return tl::unexpected(added.error());
    const auto times = measureKernels(executor, input, std::min(options.runs, kTimedRuns));
    if (!times)
        return tl::unexpected(times.error());
    const auto peak = peakOf(executor);
    if (!peak)
        return tl::unexpected(peak.error());
    const Account account(model, nn::layerShapes(model.network, input.shape), *times,
                          layerCosts(model.network, input.shape, *times), *peak);
    json["peak"] = peakJson(*peak);
    json["kernels"] = account.kernels();
    json["stages"] = account.stages();
    json["layers"] = account.layers();
    if (options.hasBackward) {
        const auto backward = measureBackwardKernels(executor, input, std::min(options.runs, kTimedRuns));
        if (!backward)
            return tl::unexpected(backward.error());
        json["backward_kernels"] = account.backwardKernels(*backward);
    }
    return json;
}

} // namespace reslens::cli
