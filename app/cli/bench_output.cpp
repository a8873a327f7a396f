// A benchmark as JSON, and as text for people.
#include "cli/benchmark.h"
#include "session/position.h"

#include <algorithm>

namespace reslens::cli {

namespace {

constexpr std::size_t kSlowestLayers = 10;

Json timingJson(const Timing &timing)
{
    return {{"median_ms", median(timing.runMs)},
            {"min_ms", std::ranges::min(timing.runMs)},
            {"wall_median_ms", median(timing.wallMs)}};
}

Json shapeJson(Shape shape)
{
    return {shape.n, shape.c, shape.h, shape.w};
}

/// Empty if the device's peak is not known.
std::optional<double> peakShare(const Work &work, const std::optional<engine::Peak> &peak)
{
    return peak ? std::optional(work.gflops() / peak->gflops) : std::nullopt;
}

void addSpeed(Json &json, const Work &work, const std::optional<engine::Peak> &peak)
{
    const auto share = peakShare(work, peak);
    json["ms"] = work.ms;
    json["macs"] = work.macs;
    json["gflops"] = work.gflops();
    json["peak_share"] = share ? Json(*share) : Json();
}

Json worksJson(const std::vector<Work> &works, const char *keyName, const std::optional<engine::Peak> &peak)
{
    Json list = Json::array();
    for (const Work &work : works) {
        list.push_back({{keyName, work.name}, {"count", work.count}});
        addSpeed(list.back(), work, peak);
    }
    return list;
}

Json layersJson(const Benchmark &benchmark)
{
    const nn::Network &network = benchmark.model->network;
    Json list = Json::array();
    for (const LayerCost &cost : benchmark.layers) {
        const nn::Layer &layer = network.layers[cost.layer];
        Json row{{"layer", layer.name},
                 {"op", nn::describe(layer.op)},
                 {"stage", session::partName(network, cost.output)},
                 {"kernel", cost.kernel},
                 {"input", shapeJson(benchmark.shapes[layer.inputs.empty() ? cost.layer : layer.inputs.front()])},
                 {"output", shapeJson(benchmark.shapes[cost.output])}};
        addSpeed(row, {layer.name, 1, cost.ms, cost.macs}, benchmark.peak);
        row["bytes"] = cost.bytes;
        row["gb_s"] = cost.ms > 0 ? double(cost.bytes) / cost.ms / 1e6 : 0;
        row["intensity"] = 2 * double(cost.macs) / double(cost.bytes);
        list.push_back(std::move(row));
    }
    return list;
}

Json peakJson(const std::optional<engine::Peak> &peak)
{
    if (!peak)
        return {};
    return {{"gflops", peak->gflops}, {"memory_gb_s", peak->memoryGBPerSecond}, {"fetch_gb_s", peak->fetchGBPerSecond}};
}

QString text(const std::string &value)
{
    return QString::fromStdString(value);
}

QString timingText(const QString &pass, const Timing &timing)
{
    return QStringLiteral("%1: median %2 ms, least %3 ms\n")
        .arg(pass)
        .arg(median(timing.runMs), 0, 'f', 2)
        .arg(std::ranges::min(timing.runMs), 0, 'f', 2);
}

QString peakText(const engine::Peak &peak)
{
    return QStringLiteral("the device at its best: %1 GFLOP/s; %2 GB/s of memory; %3 GB/s of cached texels\n")
        .arg(peak.gflops, 0, 'f', 0)
        .arg(peak.memoryGBPerSecond, 0, 'f', 1)
        .arg(peak.fetchGBPerSecond, 0, 'f', 1);
}

QString roundingText(const Rounding &rounding)
{
    return QStringLiteral("weights in fp16: the logits' relative error is %1, the largest of a probability %2\n")
        .arg(rounding.logitsError, 0, 'e', 1)
        .arg(rounding.largestProbabilityDifference, 0, 'e', 1);
}

/// Formats one row. The first column is `indent` and the name; its width is the same in every line.
QString line(const QString &indent, const QString &name, const QString &ms, const QString &count, const QString &speed,
             const QString &share)
{
    return indent + name.leftJustified(44 - indent.size()) + ' ' + ms.rightJustified(9) + ' ' +
           count.rightJustified(5) + ' ' + speed.rightJustified(9) + ' ' + share.rightJustified(8) + '\n';
}

/// Leaves the count out where it is 0.
QString rowText(const Work &work, const std::optional<engine::Peak> &peak)
{
    const auto share = work.gflops() > 0 ? peakShare(work, peak) : std::nullopt;
    return line("  ", text(work.name), QString::number(work.ms, 'f', 3),
                work.count > 0 ? QString::number(work.count) : QString(),
                work.gflops() > 0 ? QString::number(work.gflops(), 'f', 1) : QStringLiteral("-"),
                share ? QString::number(100 * *share, 'f', 0) + '%' : QStringLiteral("-"));
}

QString tableText(const std::vector<Work> &works, const QString &title, const std::optional<engine::Peak> &peak)
{
    QString table = line({}, title, "ms", "in", "GFLOP/s", "of peak");
    for (const Work &work : works)
        table += rowText(work, peak);
    return table;
}

std::vector<Work> slowestLayers(const Benchmark &benchmark)
{
    std::vector<Work> slowest;
    for (const LayerCost &cost : benchmark.layers) {
        const nn::Layer &layer = benchmark.model->network.layers[cost.layer];
        slowest.push_back({layer.name + ", " + nn::describe(layer.op), 0, cost.ms, cost.macs});
    }
    std::ranges::stable_sort(slowest, std::greater(), &Work::ms);
    slowest.resize(std::min(slowest.size(), kSlowestLayers));
    return slowest;
}

} // namespace

Json benchmarkJson(const Benchmark &benchmark)
{
    const Shape input = benchmark.shapes.front();
    Json json{{"model", benchmark.model->name},
              {"device", benchmark.device.name},
              {"driver", benchmark.device.driver},
              {"runs", benchmark.runs},
              {"batch", input.n},
              {"input", {input.c, input.h, input.w}},
              {"macs", nn::macs(benchmark.model->network, input)},
              {"forward", timingJson(benchmark.forward)},
              {"memory_bytes", benchmark.memoryBytes}};
    if (benchmark.backward) {
        json["backward"] = timingJson(*benchmark.backward);
        json["forward_backward"] = timingJson(*benchmark.forwardBackward);
    }
    json["peak"] = peakJson(benchmark.peak);
    json["kernels"] = worksJson(benchmark.kernels, "kernel", benchmark.peak);
    json["stages"] = worksJson(benchmark.stages, "stage", benchmark.peak);
    json["layers"] = layersJson(benchmark);
    if (benchmark.backward)
        json["backward_kernels"] = worksJson(benchmark.backwardKernels, "kernel", benchmark.peak);
    if (benchmark.rounding)
        json["fp16_weights"] = {{"logits_error", benchmark.rounding->logitsError},
                                {"largest_probability_difference", benchmark.rounding->largestProbabilityDifference}};
    return json;
}

QString benchmarkText(const Benchmark &benchmark)
{
    const Shape input = benchmark.shapes.front();
    QString all =
        text(benchmark.model->name + " on " + benchmark.device.name) + QStringLiteral(", %1x%2x%3x%4, %5 runs\n")
                                                                           .arg(input.n)
                                                                           .arg(input.c)
                                                                           .arg(input.h)
                                                                           .arg(input.w)
                                                                           .arg(benchmark.runs);
    all += timingText("forward", benchmark.forward);
    if (benchmark.backward)
        all += timingText("backward", *benchmark.backward) + timingText("forward_backward", *benchmark.forwardBackward);
    all += (benchmark.peak ? peakText(*benchmark.peak) : QString()) +
           (benchmark.rounding ? roundingText(*benchmark.rounding) : QString()) + '\n';
    if (benchmark.backward)
        all += tableText(benchmark.backwardKernels, "backward by kernel", benchmark.peak);
    return all + tableText(benchmark.kernels, "forward by kernel", benchmark.peak) +
           tableText(benchmark.stages, "by stage", benchmark.peak) +
           tableText(slowestLayers(benchmark), "slowest layers", benchmark.peak);
}

} // namespace reslens::cli
