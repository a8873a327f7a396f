#include "pages/compare/comparison_tables.h"

#include "models/block_quantity.h"
#include "models/table.h"
#include "models/tr.h"

#include <algorithm>

namespace reslens::pages {

using models::cellOf;
using session::ModelSummary;

namespace {

constexpr double kMebi = 1 << 20;

QString text(const std::string &words)
{
    return QString::fromStdString(words);
}

} // namespace

std::vector<const ModelSummary *> answersOf(const std::vector<Candidate> &candidates)
{
    std::vector<const ModelSummary *> answers;
    for (const Candidate &candidate : candidates)
        if (candidate.summary)
            answers.push_back(candidate.summary.get());
    return answers;
}

std::vector<std::string> partsOf(const std::vector<const ModelSummary *> &answers)
{
    std::vector<std::string> parts;
    for (const ModelSummary *summary : answers)
        for (const session::PartTime &part : summary->times)
            if (std::ranges::find(parts, part.name) == parts.end())
                parts.insert(part.name == "head" ? parts.end() : std::ranges::find(parts, "head"), part.name);
    return parts;
}

models::Table predictionsTable(const std::vector<Candidate> &candidates)
{
    models::Table table{
        "predictions",
        {tr("model"), tr("place"), tr("class"), tr("p"), tr("logit"), tr("rank of the first’s top class")},
        {}};
    const auto answers = answersOf(candidates);
    for (const ModelSummary *summary : answers) {
        const session::Agreement agreement = session::agreement(*answers.front(), *summary);
        for (std::size_t i = 0; i < summary->top.size(); ++i)
            table.rows.push_back({text(summary->name), int(i) + 1, text(summary->top[i].label),
                                  cellOf(double(summary->top[i].probability)), cellOf(double(summary->top[i].logit)),
                                  agreement.rank ? QVariant(*agreement.rank) : QVariant()});
    }
    return table;
}

models::Table costsTable(const std::vector<Candidate> &candidates)
{
    models::Table table{"costs", {tr("model"), tr("blocks"), tr("parameters (M)"), tr("MACs (G)"), tr("pass ms")}, {}};
    const auto answers = answersOf(candidates);
    const std::vector<std::string> parts = partsOf(answers);
    for (const std::string &part : parts)
        table.columns << tr("%1 ms").arg(text(part));
    table.columns << tr("memory MiB");
    for (const ModelSummary *summary : answers) {
        QVariantList row{text(summary->name), int(summary->blocks.size()), double(summary->parameters) / 1e6,
                         double(summary->macs) / 1e9, cellOf(summary->passMs)};
        for (const std::string &part : parts) {
            const auto found = std::ranges::find(summary->times, part, &session::PartTime::name);
            row << (found == summary->times.end() ? QVariant() : cellOf(found->ms));
        }
        row << double(summary->memoryBytes) / kMebi;
        table.rows.push_back(std::move(row));
    }
    return table;
}

models::Table curvesTable(const std::vector<Candidate> &candidates)
{
    models::Table table{"curves", {tr("model"), tr("block"), tr("depth")}, {}};
    for (const study::Quantity *quantity : session::comparedQuantities())
        table.columns << models::nameOf(*quantity);
    table.columns << tr("not finite");
    for (const ModelSummary *summary : answersOf(candidates))
        for (const session::DepthPoint &point : summary->blocks) {
            QVariantList row{text(summary->name), text(point.forward.name), point.depth};
            for (const study::Quantity *quantity : session::comparedQuantities())
                row << cellOf(point.value(*quantity));
            row << text(point.complaint());
            table.rows.push_back(std::move(row));
        }
    return table;
}

models::Table lensTable(const std::vector<Candidate> &candidates)
{
    models::Table table{"skip-lens", {tr("model"), tr("after"), tr("depth"), tr("top class"), tr("p")}, {}};
    for (const ModelSummary *summary : answersOf(candidates))
        for (const analysis::LensDepth &depth : summary->lens)
            table.rows.push_back({text(summary->name), text(depth.name),
                                  session::relativeDepth(depth.block, int(summary->blocks.size())),
                                  text(depth.complaint.empty() ? depth.top[0].label : depth.complaint),
                                  depth.complaint.empty() ? cellOf(double(depth.top[0].probability)) : QVariant()});
    return table;
}

QString agreementText(const ModelSummary &first, const ModelSummary &other)
{
    const session::Agreement agreement = session::agreement(first, other);
    const QString wanted = text(first.top[0].label);
    if (!agreement.rank)
        return tr("has no class ‘%1’").arg(wanted);
    return agreement.isSameTop ? tr("same top class") : tr("‘%1’ has rank %2 here").arg(wanted).arg(*agreement.rank);
}

} // namespace reslens::pages
