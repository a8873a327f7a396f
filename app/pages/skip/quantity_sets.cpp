#include "pages/skip/quantity_sets.h"

#include "models/table.h"

#include <QCoreApplication>

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

QString tr(const char *text)
{
    return QCoreApplication::translate("QuantitySets", text);
}

template <typename Value>
Curve curveOf(const QString &name, const QColor &colour, const DepthFacts &facts, Value value,
              Qt::PenStyle style = Qt::SolidLine)
{
    Curve curve{name, colour, {}, style};
    for (const BlockContribution &block : *facts.blocks)
        curve.points.emplace_back(block.block, value(block));
    return curve;
}

template <typename Value>
auto ratioOf(Value member)
{
    return [member](const BlockContribution &block) { return models::plotted(block.*member); };
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
    const auto outwards = [](double end, double edge) { // to the next tenth, where it is more than rounding
        const double beyond = std::abs(end - edge);
        return beyond < 1e-6 ? edge : edge + std::copysign(std::ceil(beyond * 10) / 10, end - edge);
    };
    plot.yRange = {outwards(lowest, 0), outwards(highest, 1)};
}

void fillRatio(Plot &plot, const DepthFacts &facts, const Theme &theme)
{
    plot.yTitle = tr("‖F‖ / ‖s‖");
    plot.curves = {curveOf({}, theme.branch, facts, ratioOf(&BlockContribution::residualRatio))};
}

void fillAlignment(Plot &plot, const DepthFacts &facts, const Theme &theme)
{
    plot.yTitle = tr("cos(s, F)");
    plot.yRange = {-1, 1};
    plot.curves = {curveOf({}, theme.accent, facts, ratioOf(&BlockContribution::alignment))};
}

void fillRefinement(Plot &plot, const DepthFacts &facts, const Theme &theme)
{
    plot.yTitle = tr("cos(x, y)");
    plot.yRange = {0, 1};
    plot.curves = {curveOf({}, theme.accent, facts, ratioOf(&BlockContribution::refinement))};
    for (const QPointF &point : plot.curves.front().points)
        if (point.y() < 0)
            plot.yRange = {-1, 1};
}

void fillClipped(Plot &plot, const DepthFacts &facts, const Theme &theme)
{
    plot.yTitle = tr("clipped");
    plot.yRange = {0, 1};
    plot.curves = {curveOf(tr("elements with u ≤ 0"), theme.accent, facts, ratioOf(&BlockContribution::clippedShare)),
                   curveOf(tr("their energy of ‖u‖²"), theme.warning, facts, ratioOf(&BlockContribution::clippedEnergy),
                           Qt::DashLine)};
}

void fillThreeWays(Plot &plot, const DepthFacts &facts, const Theme &theme)
{
    const auto norm = [](double BlockContribution::*member) {
        return [member](const BlockContribution &block) { return block.hasThreeWays ? block.*member : kNotDefined; };
    };
    plot.yTitle = tr("norm");
    plot.curves = {curveOf(tr("write"), theme.accent, facts, norm(&BlockContribution::write)),
                   curveOf(tr("erase"), theme.warning, facts, norm(&BlockContribution::erase), Qt::DashLine),
                   curveOf(tr("kill"), theme.bad, facts, norm(&BlockContribution::kill), Qt::DotLine)};
    if (std::ranges::any_of(*facts.blocks, [](const BlockContribution &block) { return block.rescale != 0; }))
        plot.curves.push_back(curveOf(tr("rescale (α ≠ 1)"), theme.muted, facts, norm(&BlockContribution::rescale)));
}

/// "conv2" of "layer1.0.conv2", "projection" of "layer2.0.downsample.0".
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
        {tr("projection"), {theme.skip, Qt::NoPen}}, // few and far between: points
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
        curves["conv2"].colour = theme.branch; // the branch's last
    for (auto &[kind, curve] : curves)
        plot.curves.push_back(std::move(curve));
    if (!plot.segments.empty()) // the stem's answer comes before the first block's
        plot.segments.insert(plot.segments.begin(), {tr("stem"), -0.5});
}

void fillMagnitudes(Plot &plot, const DepthFacts &facts, const Theme &theme)
{
    const auto rms = [](analysis::Magnitude BlockContribution::*member, bool needsSkip = false) {
        return [=](const BlockContribution &block) {
            return needsSkip && !block.hasShortcut ? kNotDefined : (block.*member).rms;
        };
    };
    plot.yTitle = tr("rms");
    plot.curves = {curveOf("x", theme.muted, facts, rms(&BlockContribution::x)),
                   curveOf("s", theme.skip, facts, rms(&BlockContribution::s, true)),
                   curveOf("F", theme.branch, facts, rms(&BlockContribution::F)),
                   curveOf("u", theme.accent, facts, rms(&BlockContribution::u)),
                   curveOf("y", theme.text, facts, rms(&BlockContribution::y), Qt::DashLine)};
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
    return {
        {tr("Shares of skip and branch"),
         tr("σ_s = α⟨s,u⟩/⟨u,u⟩, σ_F = β⟨F,u⟩/⟨u,u⟩; below 0 and above 1 where s and F oppose each other"), false, true,
         false, fillShares},
        {tr("Residual ratio"), tr("‖F‖/‖s‖: how large is the change beside what is changed?"), true, true, false,
         fillRatio},
        {tr("Alignment"), tr("cos(s, F): above 0 the branch adds to what the skip carries, below 0 it erases"), false,
         true, false, fillAlignment},
        {tr("Refinement"), tr("cos(x, y), identity blocks: is the output still the input, a little improved?"), false,
         true, false, fillRefinement},
        {tr("Clipped by the ReLU"), tr("share of elements with u ≤ 0, and of ‖u‖² that lies there"), false, false,
         false, fillClipped},
        {tr("Write, erase, kill"),
         tr("y − x = m⊙max(βF, 0) + m⊙min(βF, 0) − x⊙(1 − m), identity blocks: three ways to change the stream"), true,
         true, false, fillThreeWays},
        {tr("Response"), tr("standard deviation of every convolution after its batch norm (He et al. 2015, figure 7)"),
         true, false, true, fillResponses},
        {tr("Magnitude of x, s, F, u, y"), tr("rms = norm/√(number of elements), which compares across stages"), true,
         false, false, fillMagnitudes},
    };
}

} // namespace reslens::pages
