#include "widgets/plot_axes.h"

#include <QCategoryAxis>
#include <QLogValueAxis>
#include <QValueAxis>

#include <algorithm>
#include <cmath>
#include <limits>

namespace reslens::widgets {

namespace {

constexpr double kHeadroom = 0.06; // of the range of values, above and below
constexpr double kMostDecades = 4; // with a label each

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
    const double low = range.low - room, high = range.high + room; // which do not suggest another sign
    return {range.low >= 0 ? std::max(low, 0.0) : low, range.high <= 0 ? std::min(high, 0.0) : high};
}

/// The next of 1, 2, 5, 10, … times a power of ten.
double roundStep(double step)
{
    const double power = std::pow(10, std::floor(std::log10(std::max(step, 1e-30))));
    for (const double factor : {1.0, 2.0, 5.0})
        if (step <= factor * power * (1 + 1e-9))
            return factor * power;
    return 10 * power;
}

/// That multiples of `step` need to be told as they are: 1 for 0.5, 2 for 0.25.
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
            label += QChar(0x200b); // of no width: an axis wants every label to be another
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
        const double decades = std::log10(high / low); // labels at so many of them as have room
        axis->setBase(std::pow(10, std::max(1.0, std::ceil(decades / kMostDecades - 1e-9))));
        axis->setLabelFormat("%.0e");
        axis->setMinorTickCount(0);
        axis->setRange(low, high);
        return axis;
    }
    auto *axis = new QValueAxis;
    axis->setRange(low, high);
    const double step = roundStep((high - low) / 5);
    axis->setTickType(QValueAxis::TicksDynamic); // about zero, and no wider than what is shown
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
