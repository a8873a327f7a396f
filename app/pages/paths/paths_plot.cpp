#include "pages/paths/paths_plot.h"

#include "models/tr.h"
#include "widgets/colour_legend.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace reslens::pages {

namespace {

constexpr float kSpreadOpacity = 0.28f;
constexpr double kHeadroom = 1.06;

QString lengthTitle()
{
    return tr("k: branches that a path crosses");
}

widgets::Curve curveOf(const QString &name, const QColor &colour, int count, const std::function<double(int)> &value)
{
    widgets::Curve curve{name, colour, {}};
    for (int k = 0; k < count; ++k)
        curve.points.emplace_back(k, value(k));
    return curve;
}

/// Adds a bar from the smallest to the largest single path of each length, and the means as a curve.
void addSampled(widgets::Plot &plot, const analysis::SampledPaths &sampled, const QColor &colour)
{
    QColor spread = colour;
    spread.setAlphaF(kSpreadOpacity);
    for (const analysis::PathLength &length : sampled.lengths)
        if (length.complaint.empty())
            plot.bars.push_back({double(length.length), length.smallest, length.largest, spread,
                                 tr("single paths: %1 to %2, %3 of them%4")
                                     .arg(widgets::valueText(length.smallest), widgets::valueText(length.largest))
                                     .arg(length.samples)
                                     .arg(length.isComplete ? tr(", all that there are") : QString())});
    plot.keys.push_back({tr("range"), spread});
    plot.curves.push_back(curveOf(tr("single paths: mean"), colour, int(sampled.lengths.size()), [&](int k) {
        const analysis::PathLength &length = sampled.lengths[std::size_t(k)];
        return length.complaint.empty() ? length.mean : std::nan("");
    }));
}

double largestOf(const widgets::Plot &plot)
{
    double largest = 0;
    for (const widgets::Curve &curve : plot.curves)
        for (const QPointF &point : curve.points)
            largest = std::max(largest, std::isfinite(point.y()) ? point.y() : 0);
    for (const widgets::Bar &bar : plot.bars)
        largest = std::max(largest, bar.to);
    return largest > 0 ? largest : 1;
}

} // namespace

double reweighted(const PathsShown &shown, int k)
{
    const int n = shown.exact.blockCount();
    return std::pow(shown.alpha, n - k) * std::pow(shown.beta, k) * shown.exact.norms[std::size_t(k)];
}

widgets::Plot normsOf(const PathsShown &shown, const widgets::Theme &theme)
{
    widgets::Plot plot;
    const int count = int(shown.exact.norms.size());
    plot.xTitle = tr("%1 · gradient of %2").arg(lengthTitle(), shown.objective); // x has more room than y
    plot.yTitle = tr("norm of the gradient");
    plot.isLogarithmic = shown.isLogarithmic;
    plot.curves.push_back(
        curveOf(tr("exact ‖Gₖ‖"), theme.accent, count, [&](int k) { return shown.exact.norms[std::size_t(k)]; }));
    if (shown.alpha != 1 || shown.beta != 1) {
        widgets::Curve curve =
            curveOf(tr("reweighted αⁿ⁻ᵏ βᵏ ‖Gₖ‖"), theme.branch, count, [&](int k) { return reweighted(shown, k); });
        curve.style = Qt::DashLine;
        plot.curves.push_back(std::move(curve));
    }
    if (shown.sampled)
        addSampled(plot, *shown.sampled, theme.warning);
    if (!shown.isLogarithmic)
        plot.yRange = {0, kHeadroom * largestOf(plot)};
    return plot;
}

widgets::Plot countsOf(const analysis::PathGradients &exact, const widgets::Theme &theme)
{
    widgets::Plot plot;
    plot.xTitle = lengthTitle();
    plot.yTitle = tr("log₁₀ of paths");
    for (int k = 0; k < int(exact.log10Counts.size()); ++k) {
        const double value = exact.log10Counts[std::size_t(k)];
        plot.bars.push_back({double(k), 0, value, widgets::mixed(theme.muted, theme.surface, 0.4),
                             tr("%1 paths cross %2 branches (log₁₀ %3)")
                                 .arg(QString::number(std::round(std::pow(10, value)), 'g', 6))
                                 .arg(k)
                                 .arg(widgets::valueText(value))});
    }
    return plot;
}

models::Table tableOf(const PathsShown &shown)
{
    models::Table table{"lengths",
                        {tr("branches crossed"), tr("log10 of paths"), tr("norm"),
                         tr("reweighted by α = %1, β = %2").arg(shown.alpha).arg(shown.beta)},
                        {}};
    if (shown.sampled)
        table.columns +=
            {tr("sampled mean"), tr("sampled deviation"), tr("sampled smallest"), tr("sampled largest"), tr("samples")};
    for (int k = 0; k < int(shown.exact.norms.size()); ++k) {
        QVariantList row{k, shown.exact.log10Counts[std::size_t(k)], shown.exact.norms[std::size_t(k)],
                         reweighted(shown, k)};
        if (shown.sampled) {
            const analysis::PathLength &length = shown.sampled->lengths[std::size_t(k)];
            for (const double value : {length.mean, length.deviation, length.smallest, length.largest})
                row << (length.complaint.empty() ? QVariant(value) : QVariant());
            row << length.samples;
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

} // namespace reslens::pages
