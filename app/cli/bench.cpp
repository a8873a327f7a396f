// reslens-cli bench: how long a forward and a backward pass take on this device, and where the time goes.
#include "cli/arguments.h"
#include "cli/model_choice.h"
#include "cli/report.h"
#include "nn/generated_parameters.h"
#include "nn/gradients.h"
#include "session/position.h"

#include <algorithm>
#include <chrono>
#include <map>

namespace reslens::cli {

namespace {

struct Timing {
    std::vector<double> runMs;  // submit to result, as the executor says
    std::vector<double> wallMs; // the whole call, with copying in and out
};

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double elapsedMs(std::chrono::steady_clock::time_point begin)
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

/// `pass` runs once and gives its own time, in ms. It runs once before it is measured: that records commands and warms
/// caches, and is no example of the others.
template <typename Pass>
Result<Timing> measure(int runs, Pass pass)
{
    Timing timing;
    for (int run = -1; run < runs; ++run) {
        const auto begin = std::chrono::steady_clock::now();
        const Result<double> ms = pass();
        if (!ms)
            return tl::unexpected(ms.error());
        if (run < 0)
            continue;
        timing.wallMs.push_back(elapsedMs(begin));
        timing.runMs.push_back(*ms);
    }
    return timing;
}

Result<Timing> measureForward(nn::Executor &executor, const Tensor &input, int runs)
{
    return measure(runs, [&] {
        return executor.forward(input, {}).map([](const nn::Forward &forward) { return forward.wallMs; });
    });
}

/// The backward pass alone: over one trace, every gradient made, none read.
Result<Timing> measureBackward(nn::Executor &executor, const Tensor &input, int runs)
{
    const auto trace = executor.trace(input, {});
    if (!trace)
        return tl::unexpected(trace.error());
    return measure(runs, [&] {
        const auto begin = std::chrono::steady_clock::now();
        return nn::backward(**trace, {}, {}).map([&](const auto &) { return elapsedMs(begin); });
    });
}

/// Both, one after the other, as often as they are wanted together.
Result<Timing> measureForwardBackward(nn::Executor &executor, const Tensor &input, int runs)
{
    return measure(runs, [&]() -> Result<double> {
        const auto begin = std::chrono::steady_clock::now();
        const auto trace = executor.trace(input, {});
        if (!trace)
            return tl::unexpected(trace.error());
        return nn::backward(**trace, {}, {}).map([&](const auto &) { return elapsedMs(begin); });
    });
}

Json timingJson(const Timing &timing)
{
    return {{"median_ms", median(timing.runMs)},
            {"min_ms", *std::min_element(timing.runMs.begin(), timing.runMs.end())},
            {"wall_median_ms", median(timing.wallMs)}};
}

struct Share {
    int count = 0;
    double ms = 0;
};

/// The times of one pass summed by what `keyOf` says, the slowest first.
template <typename KeyOf>
Json summed(const std::vector<nn::LayerTime> &times, const char *keyName, KeyOf keyOf)
{
    std::map<std::string, Share> shares;
    for (const nn::LayerTime &time : times) {
        Share &share = shares[keyOf(time)];
        ++share.count;
        share.ms += time.ms;
    }
    Json list = Json::array();
    for (const auto &[key, share] : shares)
        list.push_back({{keyName, key}, {"count", share.count}, {"ms", share.ms}});
    std::stable_sort(list.begin(), list.end(), [](const Json &a, const Json &b) { return a["ms"] > b["ms"]; });
    return list;
}

QString tableText(const Json &list, const char *keyName)
{
    QString text;
    for (const Json &row : list)
        text += QStringLiteral("  %1 %2 ms in %3\n")
                    .arg(QString::fromStdString(row[keyName].get<std::string>()), -32)
                    .arg(row["ms"].get<double>(), 9, 'f', 3)
                    .arg(row["count"].get<int>());
    return text;
}

/// Where the time of one forward pass goes.
Result<Json> shares(nn::Executor &executor, const Tensor &input)
{
    nn::RunOptions withTimes;
    withTimes.timesLayers = true;
    const auto timed = executor.forward(input, withTimes);
    if (!timed)
        return tl::unexpected(timed.error());
    const nn::Network &network = executor.model().network;
    return Json{{"kernels", summed(timed->times, "kernel", [](const nn::LayerTime &time) { return time.kernel; })},
                {"stages", summed(timed->times, "stage",
                                  [&](const nn::LayerTime &time) { return session::partName(network, time.layer); })}};
}

struct Wanted {
    int runs;
    bool hasBackward;
};

/// Measures, and everything that is said about it.
Result<Json> report(nn::Executor &executor, const Tensor &input, Wanted wanted)
{
    const nn::Model &model = executor.model();
    Json json{{"model", model.name},
              {"device", executor.device().name},
              {"runs", wanted.runs},
              {"batch", input.shape.n},
              {"input", {input.shape.c, input.shape.h, input.shape.w}},
              {"macs", nn::macs(model.network, input.shape)}};
    const auto forward = measureForward(executor, input, wanted.runs);
    if (!forward)
        return tl::unexpected(forward.error());
    json["forward"] = timingJson(*forward);
    if (wanted.hasBackward) {
        const auto backward = measureBackward(executor, input, wanted.runs),
                   both = measureForwardBackward(executor, input, wanted.runs);
        if (!backward || !both)
            return tl::unexpected(backward ? both.error() : backward.error());
        json["backward"] = timingJson(*backward);
        json["forward_backward"] = timingJson(*both);
    }
    const auto where = shares(executor, input);
    if (!where)
        return tl::unexpected(where.error());
    json.update(*where);
    json["memory_bytes"] = executor.memoryBytes();
    return json;
}

QString timingText(const Json &report, const char *pass)
{
    if (!report.contains(pass))
        return {};
    return QStringLiteral("%1: median %2 ms, least %3 ms\n")
        .arg(pass)
        .arg(report[pass]["median_ms"].get<double>(), 0, 'f', 2)
        .arg(report[pass]["min_ms"].get<double>(), 0, 'f', 2);
}

QString reportText(const Json &report, Shape input)
{
    const auto text = [&](const char *key) { return QString::fromStdString(report[key].get<std::string>()); };
    return QStringLiteral("%1 on %2, %3, %4 runs\n%5forward by kernel:\n%6by stage:\n%7")
        .arg(text("model"), text("device"), QString::fromStdString(input.text()))
        .arg(report["runs"].get<int>())
        .arg(timingText(report, "forward") + timingText(report, "backward") + timingText(report, "forward_backward"),
             tableText(report["kernels"], "kernel"), tableText(report["stages"], "stage"));
}

} // namespace

int bench(const Command &self, const QStringList &given)
{
    Arguments arguments(self, "");
    addModelOptions(arguments);
    arguments.add({"runs"}, "How many passes to measure, after one to warm up.", "N", "10");
    arguments.add(
        {"backward"},
        "Measure the backward pass too, alone and with its forward pass: the gradients of every block and parameter.");
    arguments.add({"batch"}, "How many pictures in a pass.", "N", "1");
    if (const auto over = arguments.parse(given))
        return *over;
    if (!arguments.positional().isEmpty())
        return arguments.wrong("takes no further arguments");
    const auto runs = arguments.number("runs", 1, 100'000), batch = arguments.number("batch", 1, 1024);
    if (!runs || !batch)
        return arguments.wrong(runs ? batch.error() : runs.error());

    const auto model = openModel(arguments);
    if (!model)
        return failed(model.error());
    const auto executor = openExecutor(arguments, *model);
    if (!executor)
        return failed(executor.error());
    const int side = (*model)->preprocess.crop;
    const Tensor input = nn::generateInput({*batch, 3, side, side});
    const auto found = report(**executor, input, {*runs, arguments.has("backward")});
    if (!found)
        return failed(found.error());
    if (arguments.wantsJson())
        printJson(*found);
    else
        print(reportText(*found, input.shape));
    return kDone;
}

} // namespace reslens::cli
