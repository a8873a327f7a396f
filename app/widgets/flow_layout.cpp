#include "widgets/flow_layout.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace reslens::widgets {

namespace {

constexpr double kLargestStep = 200; // limits the width of a block
constexpr double kTrunkShare = 0.16; // share of a step where the two bands are one
constexpr double kRampShare = 0.30;  // share of a block, from the trunk to a band's middle
constexpr double kGapShare = 0.16;   // share of the height between the two bands
constexpr double kTrunkShareOfHeight = 0.9;
constexpr double kLogThinnest = 0.06; // share of the thickest, for a norm at the lowest decade

struct Norms {
    double lowest = std::numeric_limits<double>::infinity(), highest = 0;

    void include(double norm)
    {
        if (!std::isfinite(norm) || norm <= 0)
            return;
        lowest = std::min(lowest, norm);
        highest = std::max(highest, norm);
    }
};

/// Uses all of the height. The two bands share it; a trunk has it alone.
Thickness thicknessFor(const analysis::GradientFlow &flow, double bandRoom, double trunkRoom, bool isLogarithmic)
{
    Norms bands, trunks, all;
    for (const analysis::BlockFlow &block : flow.blocks) {
        for (const double norm : {block.gs.norm, block.gF.norm})
            (block.hasShortcut ? bands : trunks).include(norm);
        for (const double norm : {block.gx.norm, block.gy.norm})
            trunks.include(norm);
    }
    trunks.include(flow.input.norm);
    for (const Norms &norms : {bands, trunks})
        for (const double norm : {norms.lowest, norms.highest})
            all.include(norm);
    const Thickness relative(all.lowest, all.highest, 1, isLogarithmic);
    double most = std::numeric_limits<double>::infinity();
    for (const auto &[norm, room] : {std::pair(bands.highest, bandRoom), std::pair(trunks.highest, trunkRoom)})
        if (norm > 0)
            most = std::min(most, room / relative.of(norm));
    return {all.lowest, all.highest, most, isLogarithmic};
}

/// The end of a band, from `top` to `bottom` at x.
struct Edge {
    double x, top, bottom;
};

void rampTo(QPainterPath &path, QPointF to)
{
    const QPointF from = path.currentPosition();
    const double middle = (from.x() + to.x()) / 2;
    path.cubicTo({middle, from.y()}, {middle, to.y()}, to);
}

/// Connects the four edges, from left to right along the tops and back along the bottoms. The middle is straight.
QPainterPath bandThrough(const std::array<Edge, 4> &edges)
{
    QPainterPath path({edges[0].x, edges[0].top});
    rampTo(path, {edges[1].x, edges[1].top});
    path.lineTo(edges[2].x, edges[2].top);
    rampTo(path, {edges[3].x, edges[3].top});
    path.lineTo(edges[3].x, edges[3].bottom);
    rampTo(path, {edges[2].x, edges[2].bottom});
    path.lineTo(edges[1].x, edges[1].bottom);
    rampTo(path, {edges[0].x, edges[0].bottom});
    path.closeSubpath();
    return path;
}

/// Returns the part of a trunk, `thick` about `line`, that a band joins. The bands' thicknesses divide the trunk.
Edge partOf(double x, double line, double thick, double upperShare, bool isUpper)
{
    const double cut = line - thick / 2 + thick * upperShare;
    return isUpper ? Edge{x, line - thick / 2, cut} : Edge{x, cut, line + thick / 2};
}

/// The values that all blocks share.
struct Frame {
    double line, gap;
    Thickness thickness;
};

FlowCell cellOf(const analysis::BlockFlow &block, const QRectF &area, double trunkWidth, const Frame &frame)
{
    FlowCell cell;
    cell.area = area;
    const double gs = frame.thickness.of(block.gs.norm), gF = frame.thickness.of(block.gF.norm);
    const double gx = frame.thickness.of(block.gx.norm), gy = frame.thickness.of(block.gy.norm);
    const double left = area.left() + trunkWidth, right = area.right();
    const double ramp = (right - left) * kRampShare;
    const double bandWidth = right - left - 2 * ramp;
    cell.trunk = {area.left(), frame.line - gx / 2, trunkWidth, gx};
    if (block.hasShortcut) {
        cell.skip = {left + ramp, frame.line - frame.gap / 2 - gs, bandWidth, gs};
        cell.branch = {left + ramp, frame.line + frame.gap / 2, bandWidth, gF};
    } else {
        cell.skip = {left + ramp, frame.line, bandWidth, 0};
        cell.branch = {left + ramp, frame.line - gF / 2, bandWidth, gF};
    }
    const double upper = gs + gF > 0 ? gs / (gs + gF) : 0.5;
    const auto band = [&](const QRectF &middle, bool isUpper) {
        return bandThrough({partOf(left, frame.line, gx, upper, isUpper),
                            {middle.left(), middle.top(), middle.bottom()},
                            {middle.right(), middle.top(), middle.bottom()},
                            partOf(right, frame.line, gy, upper, isUpper)});
    };
    if (gs > 0)
        cell.skipBand = band(cell.skip, true);
    if (gF > 0)
        cell.branchBand = band(cell.branch, false);
    cell.angle = {cell.skip.center().x(), frame.line};
    return cell;
}

} // namespace

Thickness::Thickness(double lowest, double highest, double most, bool isLogarithmic)
    : m_low(std::min(lowest, highest)), m_high(highest), m_most(most), m_isLogarithmic(isLogarithmic)
{
}

double Thickness::of(double norm) const
{
    if (!std::isfinite(norm) || norm <= 0 || m_high <= 0)
        return 0;
    if (!m_isLogarithmic)
        return m_most * norm / m_high;
    const double range = std::log10(m_high / m_low);
    const double place = range > 0 ? std::log10(norm / m_low) / range : 1;
    return m_most * (kLogThinnest + (1 - kLogThinnest) * std::max(place, 0.0));
}

FlowLayout layOutFlow(const analysis::GradientFlow &flow, const QRectF &area, double endWidth, bool isLogarithmic)
{
    FlowLayout layout;
    const double gap = area.height() * kGapShare;
    layout.line = area.center().y();
    layout.thickness =
        thicknessFor(flow, (area.height() - gap) / 2, area.height() * kTrunkShareOfHeight, isLogarithmic);
    const double count = std::max(1.0, double(flow.blocks.size()));
    const double step = std::min((area.width() - 2 * endWidth) / count, kLargestStep);
    const double left = area.center().x() - step * count / 2;
    const Frame frame{layout.line, gap, layout.thickness};
    for (std::size_t b = 0; b < flow.blocks.size(); ++b)
        layout.cells.push_back(cellOf(flow.blocks[b], {left + double(b) * step, area.top(), step, area.height()},
                                      step * kTrunkShare, frame));
    const auto thick = [&](double norm) { return layout.thickness.of(norm); };
    const double gx = flow.blocks.empty() ? 0 : thick(flow.blocks.front().gx.norm);
    const double gy = flow.blocks.empty() ? 0 : thick(flow.blocks.back().gy.norm);
    const double input = thick(flow.input.norm), line = layout.line;
    const double third = endWidth / 3;
    layout.input = {left - endWidth + 4, line - input / 2, third, input};
    layout.loss = {left + step * count, line - gy / 2, endWidth - 4, gy};
    layout.stem = bandThrough({Edge{layout.input.left(), line - input / 2, line + input / 2},
                               {layout.input.right(), line - input / 2, line + input / 2},
                               {left - third / 2, line - gx / 2, line + gx / 2},
                               {left, line - gx / 2, line + gx / 2}});
    return layout;
}

int FlowLayout::cellAt(QPointF point) const
{
    const auto found = std::ranges::find_if(cells, [&](const FlowCell &cell) { return cell.area.contains(point); });
    return found == cells.end() ? -1 : int(found - cells.begin());
}

} // namespace reslens::widgets
