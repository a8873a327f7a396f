#include "pages/ledger/ledger_plot.h"

#include "models/tr.h"
#include "widgets/colour_legend.h"

#include <algorithm>
#include <cmath>

namespace reslens::pages {

namespace {

using Kind = LedgerPart::Kind;

constexpr double kLighter = 0.45; // share of the surface's colour in a block that takes away

QColor colourOf(const LedgerPart &part, const widgets::Theme &theme)
{
    switch (part.kind) {
    case Kind::Bias:
        return theme.muted;
    case Kind::Stem:
        return theme.skip;
    case Kind::Block:
        return part.value < 0 ? widgets::mixed(theme.branch, theme.surface, kLighter) : theme.branch;
    case Kind::Projections:
        return widgets::mixed(theme.skip, theme.surface, kLighter);
    case Kind::Total:
        break;
    }
    return theme.accent;
}

QString shortName(const LedgerPart &part)
{
    if (part.kind == Kind::Projections)
        return tr("proj.");
    if (part.kind == Kind::Total && part.name == tr("difference"))
        return tr("A − B");
    return part.kind == Kind::Block && part.name.startsWith("layer") ? part.name.mid(5) : part.name;
}

/// Returns "layer2" for "layer2.0". Parts that are not blocks have no name here; the legend shows their colours.
QString stageName(const LedgerPart &part)
{
    return part.kind == Kind::Block ? part.name.section('.', 0, 0) : QString();
}

bool isByDepth(const std::vector<LedgerPart> &parts)
{
    int last = -1;
    for (const LedgerPart &part : parts)
        if (part.kind == Kind::Block && part.block != ++last)
            return false;
    return true;
}

/// Uses two decimals, so that labels have the same width, but more if those would all be 0.
QString labelOf(const LedgerPart &part)
{
    const double size = std::abs(part.value);
    const QString text = size >= 10                   ? QString::number(part.value, 'f', 1)
                         : size >= 0.005 || size == 0 ? QString::number(part.value, 'f', 2)
                                                      : QString::number(part.value, 'g', 1);
    return part.kind != Kind::Total && part.value > 0 ? '+' + text : text;
}

std::vector<widgets::PlotKey> keysOf(const std::vector<LedgerPart> &parts, const LedgerNaming &naming,
                                     const widgets::Theme &theme)
{
    std::vector<widgets::PlotKey> keys;
    for (const LedgerPart &part : parts) {
        const QString name = part.kind == Kind::Total   ? naming.total
                             : part.kind != Kind::Block ? part.name
                             : part.value < 0           ? tr("takes away")
                                                        : tr("adds");
        if (std::ranges::find(keys, name, &widgets::PlotKey::name) == keys.end())
            keys.push_back({name, colourOf(part, theme)});
    }
    return keys;
}

} // namespace

std::vector<LedgerPart> partsOf(const analysis::Ledger &ledger, LedgerOrder order)
{
    std::vector<LedgerPart> parts{{Kind::Bias, tr("bias"), ledger.bias}, {Kind::Stem, tr("stem"), ledger.stem}};
    const auto firstBlock = std::ptrdiff_t(parts.size());
    for (const analysis::LedgerEntry &entry : ledger.blocks)
        parts.push_back({Kind::Block, QString::fromStdString(entry.name), entry.branch, entry.block});
    if (order == LedgerOrder::Size)
        std::stable_sort(parts.begin() + firstBlock, parts.end(), [](const LedgerPart &a, const LedgerPart &b) {
            return std::abs(a.value) > std::abs(b.value);
        });
    if (std::ranges::any_of(ledger.blocks, [](const auto &entry) { return entry.projection != 0; }))
        parts.push_back({Kind::Projections, tr("projections"), ledger.projections});
    parts.push_back({Kind::Total, ledger.against < 0 ? tr("logit") : tr("difference"), ledger.total.whole});
    return parts;
}

std::vector<widgets::Segment> segmentsOf(const std::vector<LedgerPart> &parts, LedgerNames names)
{
    const bool hasStages = isByDepth(parts);
    std::vector<widgets::Segment> segments;
    bool isNew = true;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const LedgerPart &part = parts[i];
        const QString label = names == LedgerNames::Full    ? part.name
                              : names == LedgerNames::Short ? shortName(part)
                              : hasStages                   ? stageName(part)
                              : part.kind == Kind::Block    ? tr("blocks, the largest first")
                                                            : QString();
        if (isNew || names != LedgerNames::Stages || segments.back().label != label)
            segments.push_back({label, 0});
        segments.back().end = double(i) + 0.5;
        isNew = false;
    }
    return segments;
}

widgets::Plot waterfallOf(const std::vector<LedgerPart> &parts, const LedgerNaming &naming, const widgets::Theme &theme)
{
    widgets::Plot plot;
    plot.connectsBars = true;
    plot.yTitle = parts.empty() ? QString() : parts.back().name;
    plot.segments = segmentsOf(parts, naming.names);
    plot.keys = keysOf(parts, naming, theme);
    double sum = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const LedgerPart &part = parts[i];
        const bool isTotal = part.kind == Kind::Total;
        const double from = isTotal ? 0 : sum, to = isTotal ? part.value : sum + part.value;
        widgets::Bar bar{double(i), from, to, colourOf(part, theme), {}, 0};
        bar.text =
            isTotal ? QStringLiteral("%1: %2").arg(naming.total, widgets::valueText(part.value))
                    : tr("%1: %2\nthe sum so far: %3").arg(part.name, signedText(part.value), widgets::valueText(to));
        bar.label = labelOf(part);
        plot.bars.push_back(std::move(bar));
        sum = to;
    }
    return plot;
}

models::Table tableOf(const analysis::Ledger &ledger)
{
    models::Table table{"parts", {tr("part"), tr("value"), tr("sum so far"), tr("its projection's shift")}, {}};
    double sum = 0;
    for (const LedgerPart &part : partsOf(ledger, LedgerOrder::Depth)) {
        const bool isTotal = part.kind == Kind::Total;
        sum = isTotal ? part.value : sum + part.value;
        const QVariant projection =
            part.kind == Kind::Block ? QVariant(ledger.blocks[std::size_t(part.block)].projection) : QVariant();
        table.rows.push_back({part.name, part.value, sum, projection});
    }
    return table;
}

QString complaintOf(const analysis::Ledger &ledger)
{
    for (const analysis::LedgerEntry &entry : ledger.blocks)
        if (!entry.complaint.empty())
            return QString::fromStdString(entry.name + ": " + entry.complaint);
    for (const auto &[name, value] : {std::pair("stem", ledger.stem), std::pair("bias", ledger.bias)})
        if (!std::isfinite(value))
            return tr("%1: not finite").arg(QLatin1String(name));
    return {};
}

QString signedText(double value)
{
    return (value > 0 ? QStringLiteral("+") : QString()) + widgets::valueText(value);
}

} // namespace reslens::pages
