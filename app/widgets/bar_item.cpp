#include "widgets/bar_item.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <functional>
#include <numeric>

namespace reslens::widgets {

namespace {

constexpr double kShare = 0.72;   // of a step: a bar's width
constexpr double kThinnest = 1.5; // pixels: a bar of nearly nothing is still seen
constexpr double kWidest = 44;    // pixels
constexpr double kDense = 3;      // pixels for a step: bars without gaps, which would only pale them
constexpr double kCornerShare = 0.12;
constexpr double kLabelGap = 2; // pixels about a label that stay free

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
    std::vector<QRectF> taken; // by the labels of larger bars
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

} // namespace reslens::widgets
