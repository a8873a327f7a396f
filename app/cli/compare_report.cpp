#include "cli/compare_report.h"

#include "cli/answer_parts.h"
#include "cli/input.h"

#include <algorithm>

namespace reslens::cli {

namespace {

using session::ModelSummary;

Json number(const std::optional<double> &value)
{
    return value ? Json(*value) : Json(nullptr);
}

Json blocksJson(const ModelSummary &summary)
{
    Json blocks = Json::array();
    for (const session::DepthPoint &point : summary.blocks) {
        Json block{{"name", point.forward.name}, {"stage", point.forward.stage}, {"depth", point.depth}};
        for (const study::Quantity *quantity : session::comparedQuantities())
            block[quantity->id] = number(point.value(*quantity));
        block["gradient_norm"] = block["norm_gx"]; // its name in the previous release
        if (const std::string complaint = point.complaint(); !complaint.empty())
            block["complaint"] = complaint;
        blocks.push_back(std::move(block));
    }
    return blocks;
}

Json lensJson(const ModelSummary &summary)
{
    if (summary.lens.empty())
        return nullptr;
    Json depths = Json::array();
    for (const analysis::LensDepth &depth : summary.lens) {
        Json entry{{"after", depth.name},
                   {"depth", session::relativeDepth(depth.block, int(summary.blocks.size()))},
                   {"top", topJson(depth.top).front()}};
        if (!depth.complaint.empty())
            entry["complaint"] = depth.complaint;
        depths.push_back(std::move(entry));
    }
    const auto decided = session::decidedAt(summary.lens);
    return {{"depths", depths}, {"decided_at", decided ? Json(summary.lens[*decided].name) : Json(nullptr)}};
}

Json agreementJson(const session::Agreement &agreement)
{
    return {{"same_top", agreement.isSameTop}, {"rank", agreement.rank ? Json(*agreement.rank) : Json(nullptr)}};
}

Json summaryJson(const ModelSummary &summary, const ModelSummary &first, bool isTensor)
{
    Json times = Json::array();
    for (const session::PartTime &part : summary.times)
        times.push_back({{"part", part.name}, {"ms", part.ms}});
    Json json{{"model", summary.name},
              {"architecture", summary.architecture},
              {"device", summary.device},
              {"top", topJson(summary.top)},
              {"agreement", agreementJson(session::agreement(first, summary))},
              {"preprocess", preprocessJson(summary.preprocess, isTensor)},
              {"parameters", summary.parameters},
              {"macs", summary.macs},
              {"ms", summary.passMs},
              {"parts", times},
              {"memory_bytes", summary.memoryBytes},
              {"blocks", blocksJson(summary)},
              {"lens", lensJson(summary)}};
    if (summary.lens.empty())
        json["why_no_lens"] = summary.whyNoLens;
    return json;
}

const ModelSummary *firstOf(const std::vector<Compared> &all)
{
    const auto found = std::ranges::find_if(all, [](const Compared &one) { return one.summary.has_value(); });
    return found == all.end() ? nullptr : &*found->summary;
}

QString agreementText(const session::Agreement &agreement, const ModelSummary &first)
{
    const QString wanted = QString::fromStdString(first.top[0].label);
    if (!agreement.rank)
        return QStringLiteral("has no class '%1'").arg(wanted);
    return agreement.isSameTop ? QStringLiteral("agrees with %1").arg(QString::fromStdString(first.name))
                               : QStringLiteral("'%1' has rank %2").arg(wanted, QString::number(*agreement.rank));
}

QString lensText(const ModelSummary &summary)
{
    if (summary.lens.empty())
        return QString::fromStdString(summary.whyNoLens);
    const auto decided = session::decidedAt(summary.lens);
    if (!decided)
        return QStringLiteral("the lens is not defined: %1").arg(QString::fromStdString(summary.lens.back().complaint));
    const analysis::LensDepth &depth = summary.lens[*decided];
    return QStringLiteral("decided after %1 (depth %2), there with %3")
        .arg(QString::fromStdString(depth.name),
             QString::number(session::relativeDepth(depth.block, int(summary.blocks.size())), 'f', 2),
             percentText(double(depth.top[0].probability)).trimmed());
}

QString summaryText(const ModelSummary &summary, const ModelSummary &first)
{
    QString parts;
    for (const session::PartTime &part : summary.times)
        parts += " " + QString::fromStdString(part.name) + " " + QString::number(part.ms, 'f', 2);
    QString text = QStringLiteral("%1 (%2 blocks) on %3\n")
                       .arg(QString::fromStdString(summary.name), QString::number(summary.blocks.size()),
                            QString::fromStdString(summary.device)); // one arg() call: a name may contain %2
    text += topText(summary.top);
    if (&summary != &first)
        text += "  " + agreementText(session::agreement(first, summary), first) + "\n";
    text += QStringLiteral("  %1 M parameters, %2 G multiply-adds, %3 ms, %4 MiB\n")
                .arg(double(summary.parameters) / 1e6, 0, 'f', 2)
                .arg(double(summary.macs) / 1e9, 0, 'f', 3)
                .arg(summary.passMs, 0, 'f', 2)
                .arg(double(summary.memoryBytes) / (1 << 20), 0, 'f', 1);
    if (!parts.isEmpty())
        text += "  ms by part:" + parts + "\n";
    return text + "  " + lensText(summary) + "\n";
}

} // namespace

Json compareJson(const QString &image, const std::vector<Compared> &all)
{
    const ModelSummary *first = firstOf(all);
    Json models = Json::array();
    for (const Compared &one : all) {
        if (one.summary)
            models.push_back(summaryJson(*one.summary, *first, isTensorFile(image)));
        else
            models.push_back({{"model", one.nameOrPath.toStdString()}, {"error", one.summary.error().message()}});
    }
    return {{"image", image.toStdString()}, {"models", models}};
}

QString compareText(const QString &image, const std::vector<Compared> &all)
{
    const ModelSummary *first = firstOf(all);
    QString text = image + "\n";
    for (const Compared &one : all)
        text += "\n" + (one.summary ? summaryText(*one.summary, *first)
                                    : QStringLiteral("%1: %2\n")
                                          .arg(one.nameOrPath, QString::fromStdString(one.summary.error().message())));
    return text;
}

} // namespace reslens::cli
