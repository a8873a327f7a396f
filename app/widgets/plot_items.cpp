#include "widgets/plot_items.h"

#include <QCategoryAxis>
#include <QFontMetricsF>
#include <QLogValueAxis>
#include <QPainter>
#include <QValueAxis>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

namespace reslens::widgets {

namespace {

constexpr double kShare = 0.72;   // share of a step: a bar's width
constexpr double kThinnest = 1.5; // pixels: keeps a bar of nearly nothing visible
constexpr double kWidest = 44;    // pixels
constexpr double kDense = 3;      // pixels per step: denser bars have no gaps, which would only pale them
constexpr double kCornerShare = 0.12;
constexpr double kLabelGap = 2; // pixels around a label that stay free

} // namespace

void BarItem::setBars(std::vector<Bar> bars, const QColor &line)
{
    m_bars = std::move(bars);
    m_line = line;
}

void BarItem::setLabels(const QFont &font, const QColor &text)
{
    m_font = font;
    m_text = text;
}

void BarItem::place(const Mapping &mapping, const QRectF &area)
{
    prepareGeometryChange();
    m_area = area;
    m_rects.clear();
    m_ends.clear();
    const double step = mapping({1, 0}).x() - mapping({0, 0}).x();
    const double width = step < kDense ? step : std::min(step * kShare, kWidest);
    for (const Bar &bar : m_bars) {
        const QPointF from = mapping({bar.x, bar.from}), to = mapping({bar.x, bar.to});
        const double left = from.x() - width / 2 + (bar.side > 0 ? width / 2 : 0);
        const double height = std::max(std::abs(from.y() - to.y()), kThinnest);
        m_rects.emplace_back(left, std::min(from.y(), to.y()), bar.side == 0 ? width : width / 2, height);
        m_ends.push_back(to.y());
    }
    update();
}

const Bar *BarItem::barAt(QPointF point) const
{
    for (std::size_t i = 0; i < m_rects.size(); ++i)
        if (m_rects[i].adjusted(0, -3, 0, 3).contains(point))
            return &m_bars[i];
    return nullptr;
}

void BarItem::paint(QPainter *painter, const QStyleOptionGraphicsItem *, QWidget *)
{
    painter->save();
    painter->setClipRect(m_area);
    if (m_isConnected) {
        painter->setPen(QPen(m_line, 1, Qt::DotLine));
        for (std::size_t i = 0; i + 1 < m_rects.size(); ++i)
            painter->drawLine(QPointF(m_rects[i].right(), m_ends[i]), QPointF(m_rects[i + 1].left(), m_ends[i]));
    }
    painter->setRenderHint(QPainter::Antialiasing, m_rects.empty() || m_rects.front().width() >= kDense);
    painter->setPen(Qt::NoPen);
    for (std::size_t i = 0; i < m_rects.size(); ++i) {
        painter->setBrush(m_bars[i].colour);
        const double corner = std::min(m_rects[i].width() * kCornerShare, m_rects[i].height() / 2);
        painter->drawRoundedRect(m_rects[i], corner, corner);
    }
    paintLabels(*painter);
    painter->restore();
}

void BarItem::paintLabels(QPainter &painter) const
{
    painter.setPen(m_text);
    painter.setFont(m_font);
    const QFontMetricsF metrics(m_font);
    std::vector<std::size_t> byHeight(m_rects.size());
    std::iota(byHeight.begin(), byHeight.end(), std::size_t(0));
    std::ranges::stable_sort(byHeight, std::greater(), [this](std::size_t i) { return m_rects[i].height(); });
    std::vector<QRectF> taken; // by labels of larger bars
    for (const std::size_t i : byHeight) {
        const QRectF &bar = m_rects[i];
        const double width = metrics.horizontalAdvance(m_bars[i].label), height = metrics.height();
        const bool isBelow = m_bars[i].to < m_bars[i].from && bar.bottom() + height < m_area.bottom();
        const double top = isBelow ? bar.bottom() : std::max(bar.top() - height, m_area.top());
        const QRectF place(bar.center().x() - width / 2, top, width, height);
        const QRectF around = place.adjusted(-kLabelGap, 2, kLabelGap, -2);
        const auto meets = [&around](const QRectF &other) { return other.intersects(around); };
        if (m_bars[i].label.isEmpty() || std::ranges::any_of(taken, meets) ||
            std::ranges::count_if(m_rects, meets) > (meets(bar) ? 1 : 0))
            continue;
        painter.drawText(place, Qt::AlignCenter, m_bars[i].label);
        taken.push_back(around);
    }
}

namespace {

constexpr double kHeadroom = 0.06; // share of the range, above and below
constexpr double kMostDecades = 4; // each with a label

struct Range {
    double low = std::numeric_limits<double>::infinity(), high = -low;

    void include(double value)
    {
        low = std::min(low, value);
        high = std::max(high, value);
    }
    bool isEmpty() const { return low > high; }
};

Range xRangeOf(const Plot &plot)
{
    Range range;
    for (const Curve &curve : plot.curves)
        for (const QPointF &point : curve.points)
            range.include(point.x());
    for (const Bar &bar : plot.bars)
        range.include(bar.x);
    if (!plot.segments.empty())
        range.include(plot.segments.back().end - 0.5);
    return range.isEmpty() ? Range{0, 1} : range;
}

Range yRangeOf(const Plot &plot)
{
    Range range;
    for (const Curve &curve : plot.curves)
        for (const QPointF &point : curve.points)
            if (isShown(point.y(), plot.isLogarithmic))
                range.include(point.y());
    for (const Bar &bar : plot.bars)
        for (const double end : {bar.from, bar.to})
            if (isShown(end, plot.isLogarithmic))
                range.include(end);
    if (range.isEmpty())
        return plot.isLogarithmic ? Range{0.1, 10} : Range{0, 1};
    if (plot.isLogarithmic)
        return {std::pow(10, std::floor(std::log10(range.low))),
                std::pow(10, std::ceil(std::log10(range.high) + 1e-9))};
    const double room = std::max((range.high - range.low) * kHeadroom, 1e-12 + std::abs(range.high) * 1e-6);
    const double low = range.low - room, high = range.high + room; // never across 0, which would suggest another sign
    return {range.low >= 0 ? std::max(low, 0.0) : low, range.high <= 0 ? std::min(high, 0.0) : high};
}

/// Returns the next of 1, 2, 5, 10, … times a power of ten.
double roundStep(double step)
{
    const double power = std::pow(10, std::floor(std::log10(std::max(step, 1e-30))));
    for (const double factor : {1.0, 2.0, 5.0})
        if (step <= factor * power * (1 + 1e-9))
            return factor * power;
    return 10 * power;
}

/// Returns the decimals that multiples of `step` need: 1 for 0.5, 2 for 0.25.
int decimalsOf(double step)
{
    int decimals = 0;
    for (double scaled = step; decimals < 4 && std::abs(scaled - std::round(scaled)) > 1e-6 * scaled; scaled *= 10)
        ++decimals;
    return decimals;
}

} // namespace

QAbstractAxis *makeXAxis(const Plot &plot)
{
    const Range x = xRangeOf(plot);
    const auto [low, high] = plot.xRange.value_or(std::pair(x.low - 0.5, x.high + 0.5));
    if (plot.segments.empty()) {
        auto *axis = new QValueAxis;
        axis->setRange(low, high);
        axis->setTickType(QValueAxis::TicksDynamic);
        axis->setTickAnchor(0);
        const double step = std::pow(10, std::floor(std::log10(std::max(high - low, 1e-9) / 2)));
        const double steps = (high - low) / step;
        axis->setTickInterval(steps > 12 ? step * 5 : steps > 6 ? step * 2 : step);
        axis->setLabelFormat(step < 1 ? "%.1f" : "%d");
        return axis;
    }
    auto *axis = new QCategoryAxis;
    axis->setStartValue(low);
    axis->setRange(low, high);
    for (const Segment &segment : plot.segments) {
        QString label = segment.label;
        while (axis->categoriesLabels().contains(label))
            label += QChar(0x200b); // has no width; the axis needs different labels
        axis->append(label, segment.end);
    }
    return axis;
}

QAbstractAxis *makeYAxis(const Plot &plot)
{
    const Range y = yRangeOf(plot);
    const auto [low, high] = plot.yRange.value_or(std::pair(y.low, y.high));
    if (plot.isLogarithmic) {
        auto *axis = new QLogValueAxis;
        const double decades = std::log10(high / low); // limits the labels to those that have room
        axis->setBase(std::pow(10, std::max(1.0, std::ceil(decades / kMostDecades - 1e-9))));
        axis->setLabelFormat("%.0e");
        axis->setMinorTickCount(0);
        axis->setRange(low, high);
        return axis;
    }
    auto *axis = new QValueAxis;
    axis->setRange(low, high);
    const double step = roundStep((high - low) / 5);
    axis->setTickType(QValueAxis::TicksDynamic); // ticks are multiples of the step
    axis->setTickAnchor(0);
    axis->setTickInterval(step);
    const double extent = std::max(std::abs(low), std::abs(high));
    axis->setLabelFormat(extent >= 1e4 || step < 1e-3 ? QStringLiteral("%.1e")
                                                      : QStringLiteral("%.%1f").arg(decimalsOf(step)));
    return axis;
}

bool isShown(double y, bool isLogarithmic)
{
    return std::isfinite(y) && (!isLogarithmic || y > 0);
}

} // namespace reslens::widgets
