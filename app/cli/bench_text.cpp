#include "cli/bench_report.h"

#include <algorithm>

namespace reslens::cli {

namespace {

constexpr std::size_t kSlowestLayers = 10;

QString text(const Json &value)
{
    return QString::fromStdString(value.get<std::string>());
}

QString percent(const Json &share)
{
    return share.is_null() ? QStringLiteral("-") : QString::number(100 * share.get<double>(), 'f', 0) + "%";
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

QString peakText(const Json &peak)
{
    if (peak.is_null())
        return {};
    return QStringLiteral("the device at its best: %1 GFLOP/s; %2 GB/s of memory; %3 GB/s of cached texels\n")
        .arg(peak["gflops"].get<double>(), 0, 'f', 0)
        .arg(peak["memory_gb_s"].get<double>(), 0, 'f', 1)
        .arg(peak["fetch_gb_s"].get<double>(), 0, 'f', 1);
}

QString roundingText(const Json &report)
{
    if (!report.contains("fp16_weights"))
        return {};
    const Json &rounding = report["fp16_weights"];
    return QStringLiteral("weights in fp16: the logits' relative error is %1, the largest of a probability %2\n")
        .arg(rounding["logits_error"].get<double>(), 0, 'e', 1)
        .arg(rounding["largest_probability_difference"].get<double>(), 0, 'e', 1);
}

QString header(const QString &title)
{
    return QStringLiteral("%1 %2 %3 %4 %5\n")
        .arg(title, -44)
        .arg("ms", 9)
        .arg("in", 5)
        .arg("GFLOP/s", 9)
        .arg("of peak", 8);
}

QString rowText(const QString &name, const Json &row)
{
    const double gflops = row["gflops"].get<double>();
    return QStringLiteral("  %1 %2 %3 %4 %5\n")
        .arg(name, -42)
        .arg(row["ms"].get<double>(), 9, 'f', 3)
        .arg(row.contains("count") ? QString::number(row["count"].get<int>()) : QString(), 5)
        .arg(gflops > 0 ? QString::number(gflops, 'f', 1) : QStringLiteral("-"), 9)
        .arg(gflops > 0 ? percent(row["peak_share"]) : QStringLiteral("-"), 8);
}

QString tableText(const Json &list, const char *keyName, const QString &title)
{
    QString table = header(title);
    for (const Json &row : list)
        table += rowText(text(row[keyName]), row);
    return table;
}

QString slowestLayersText(const Json &layers)
{
    std::vector<Json> slowest(layers.begin(), layers.end());
    std::stable_sort(slowest.begin(), slowest.end(), [](const Json &a, const Json &b) { return a["ms"] > b["ms"]; });
    slowest.resize(std::min(slowest.size(), kSlowestLayers));
    QString table = header(QStringLiteral("slowest layers"));
    for (const Json &row : slowest)
        table += rowText(text(row["layer"]) + ", " + text(row["op"]), row);
    return table;
}

} // namespace

QString benchText(const Json &report)
{
    const Json &input = report["input"];
    QString all = QStringLiteral("%1 on %2, %3x%4x%5x%6, %7 runs\n")
                      .arg(text(report["model"]), text(report["device"]))
                      .arg(report["batch"].get<int>())
                      .arg(input[0].get<int>())
                      .arg(input[1].get<int>())
                      .arg(input[2].get<int>())
                      .arg(report["runs"].get<int>());
    for (const char *pass : {"forward", "backward", "forward_backward"})
        all += timingText(report, pass);
    all += peakText(report["peak"]) + roundingText(report) + '\n';
    if (report.contains("backward_kernels"))
        all += tableText(report["backward_kernels"], "kernel", "backward by kernel");
    return all + tableText(report["kernels"], "kernel", "forward by kernel") +
           tableText(report["stages"], "stage", "by stage") + slowestLayersText(report["layers"]);
}

} // namespace reslens::cli
