#include "pages/skip/quantity_sets.h"

#include "models/block_quantity.h"
#include "models/table.h"
#include "models/tr.h"
#include "pages/block_chart.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace reslens::pages {

namespace {

using analysis::BlockContribution;
using widgets::Curve;
using widgets::Plot;
using widgets::Theme;

constexpr double kNotDefined = std::numeric_limits<double>::quiet_NaN();

using Range = std::optional<std::pair<double, double>>;

/// Plots a chart's quantities. Without a title, the y axis shows the formula of the first one.
auto chartOf(study::Chart chart, const QString &title = {}, Range range = {})
{
    return [=](Plot &plot, const DepthFacts &facts, const Theme &theme) {
        plot.yTitle = title.isEmpty() ? models::formulaOf(*study::quantitiesIn(chart).front()) : title;
        plot.yRange = range;
        plot.curves = curvesIn(chart, study::factsOf(*facts.blocks), theme);
        for (const Curve &curve : plot.curves)
            for (const QPointF &point : curve.points)
                if (range && point.y() < range->first)
                    plot.yRange = {-1, 1};
    };
}

void fillShares(Plot &plot, const DepthFacts &facts, const Theme &theme)
{
    plot.yTitle = tr("share of u");
    plot.keys = {{tr("skip σ_s"), theme.skip}, {tr("branch σ_F"), theme.branch}};
    double lowest = 0, highest = 1;
    for (const BlockContribution &block : *facts.blocks)
        for (const widgets::Bar &bar : stackedShares(block, theme)) {
            plot.bars.push_back(bar);
            lowest = std::min(lowest, bar.to);
            highest = std::max(highest, bar.to);
        }
    const auto outwards = [](double end, double edge) { // rounds outwards to a tenth, but ignores rounding errors
        const double beyond = std::abs(end - edge);
        return beyond < 1e-6 ? edge : edge + std::copysign(std::ceil(beyond * 10) / 10, end - edge);
    };
    plot.yRange = {outwards(lowest, 0), outwards(highest, 1)};
}

/// Returns "conv2" for "layer1.0.conv2", and "projection" for "layer2.0.downsample.0".
QString kindOf(const analysis::Response &response)
{
    const QString name = QString::fromStdString(response.convolution);
    if (response.block < 0)
        return tr("stem");
    return name.contains("downsample") ? tr("projection") : name.section('.', -1);
}

void fillResponses(Plot &plot, const DepthFacts &facts, const Theme &theme)
{
    plot.yTitle = tr("standard deviation");
    if (!facts.responses)
        return;
    const std::map<QString, std::pair<QColor, Qt::PenStyle>> looks{
        {"conv1", {theme.muted, Qt::SolidLine}},
        {"conv2", {theme.accent, Qt::SolidLine}},
        {"conv3", {theme.branch, Qt::SolidLine}},
        {tr("projection"), {theme.skip, Qt::NoPen}}, // few and far apart, so drawn as points
        {tr("stem"), {theme.text, Qt::NoPen}},
    };
    std::map<QString, Curve> curves;
    for (const analysis::Response &response : *facts.responses) {
        const QString kind = kindOf(response);
        const auto look = looks.find(kind);
        Curve &curve = curves[kind];
        curve.name = kind;
        curve.colour = look != looks.end() ? look->second.first : theme.warning;
        curve.style = look != looks.end() ? look->second.second : Qt::SolidLine;
        curve.points.emplace_back(response.block, response.complaint.empty() ? response.deviation : kNotDefined);
    }
    if (!curves.contains("conv3") && curves.contains("conv2"))
        curves["conv2"].colour = theme.branch; // the last one of the branch
    for (auto &[kind, curve] : curves)
        plot.curves.push_back(std::move(curve));
    if (!plot.segments.empty()) // the stem comes before the first block
        plot.segments.insert(plot.segments.begin(), {tr("stem"), -0.5});
}

} // namespace

std::vector<widgets::Bar> stackedShares(const BlockContribution &block, const Theme &theme)
{
    const QString name = QString::fromStdString(block.name);
    if (!block.skipShare.isDefined || !block.branchShare.isDefined)
        return {{double(block.block), 0, 0, Qt::transparent,
                 tr("%1: not defined, %2")
                     .arg(name, block.complaint.empty() ? tr("u is 0") : QString::fromStdString(block.complaint))}};
    const QString text =
        tr("%1: σ_s = %2, σ_F = %3").arg(name, models::wordsOf(block.skipShare), models::wordsOf(block.branchShare));
    std::vector<widgets::Bar> bars;
    double above = 0, below = 0;
    const std::pair<double, QColor> parts[] = {{block.skipShare.value, theme.skip},
                                               {block.branchShare.value, theme.branch}};
    for (const auto &[share, colour] : parts) {
        double &end = share < 0 ? below : above;
        bars.push_back({double(block.block), end, end + share, colour, text});
        end += share;
    }
    return bars;
}

std::vector<QuantitySet> quantitySets()
{
    using study::Chart;
    return {
        {tr("Shares of skip and branch"),
         tr("σ_s = α⟨s,u⟩/⟨u,u⟩, σ_F = β⟨F,u⟩/⟨u,u⟩; below 0 and above 1 where s and F oppose each other"), false, true,
         false, fillShares},
        {tr("Residual ratio"), tr("‖F‖/‖s‖: how large is the change beside what is changed?"), true, true, false,
         chartOf(Chart::Ratio)},
        {tr("Alignment"), tr("cos(s, F): above 0 the branch adds to what the skip carries, below 0 it erases"), false,
         true, false, chartOf(Chart::Alignment, {}, {{-1, 1}})},
        {tr("Refinement"), tr("cos(x, y), identity blocks: is the output still the input, a little improved?"), false,
         true, false, chartOf(Chart::Refinement, {}, {{0, 1}})},
        {tr("Clipped by the ReLU"), tr("share of elements with u ≤ 0, and of ‖u‖² that lies there"), false, false,
         false, chartOf(Chart::Clipped, tr("clipped"), {{0, 1}})},
        {tr("Write, erase, kill"),
         tr("y − x = m⊙max(βF, 0) + m⊙min(βF, 0) − x⊙(1 − m), identity blocks: three ways to change the stream"), true,
         true, false, chartOf(Chart::Changes, tr("norm"))},
        {tr("Response"), tr("standard deviation of every convolution after its batch norm (He et al. 2015, figure 7)"),
         true, false, true, fillResponses},
        {tr("Magnitude of x, s, F, u, y"), tr("rms = norm/√(number of elements), which compares across stages"), true,
         false, false, chartOf(Chart::Magnitudes, tr("rms"))},
    };
}

} // namespace reslens::pages
