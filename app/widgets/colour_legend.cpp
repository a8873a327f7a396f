#include "widgets/colour_legend.h"

#include "widgets/theme.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace reslens::widgets {

namespace {

constexpr int kBarHeight = 10;
constexpr int kNumberGap = 6;

} // namespace

QString valueText(double value)
{
    return QString::number(value, 'g', 3);
}

ColourLegend::ColourLegend(QWidget *parent) : QWidget(parent), m_map(duskMap())
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(tr("Colour scale"));
}

void ColourLegend::setScale(const ColourMap &map, const ValueRange &range, bool saturates)
{
    m_map = map;
    m_range = range;
    m_saturates = saturates;
    setAccessibleDescription(tr("from %1 to %2").arg(valueText(range.low), valueText(range.high)));
    update();
}

void ColourLegend::setMark(std::optional<float> value)
{
    m_mark = value;
    update();
}

QSize ColourLegend::sizeHint() const
{
    return {fontMetrics().horizontalAdvance("≤ -0.0000") * 2 + 150, 26};
}

QSize ColourLegend::minimumSizeHint() const
{
    return {fontMetrics().horizontalAdvance("≤ -0.0000") * 2 + 2 * kNumberGap + 40, 26};
}

void ColourLegend::paintEvent(QPaintEvent *)
{
    const Theme &theme = themeOf(palette());
    QPainter painter(this);
    painter.setPen(theme.text);
    const int numberWidth = fontMetrics().horizontalAdvance("≤ -0.0000");
    const QRect bar(numberWidth + kNumberGap, (height() - kBarHeight) / 2, width() - 2 * (numberWidth + kNumberGap),
                    kBarHeight);
    for (int x = 0; x < bar.width(); ++x)
        painter.fillRect(bar.x() + x, bar.y(), 1, bar.height(),
                         QColor::fromRgb(m_map.at(double(x) / std::max(1, bar.width() - 1))));
    painter.drawText(QRect(0, 0, numberWidth, height()), Qt::AlignRight | Qt::AlignVCenter,
                     (m_saturates && m_range.low < 0 ? QStringLiteral("≤ ") : QString()) + valueText(m_range.low));
    painter.drawText(QRect(bar.right() + kNumberGap, 0, numberWidth, height()), Qt::AlignLeft | Qt::AlignVCenter,
                     (m_saturates ? QStringLiteral("≥ ") : QString()) + valueText(m_range.high));
    painter.setPen(theme.border);
    painter.drawRect(bar.adjusted(-1, -1, 0, 0));
    if (m_map.kind() == ColourMap::Kind::Diverging) {
        painter.setPen(theme.muted);
        painter.drawLine(bar.center().x(), bar.bottom() + 2, bar.center().x(), bar.bottom() + 4);
    }
    if (m_mark) {
        const int x = bar.x() + int(m_range.position(*m_mark) * (bar.width() - 1));
        painter.setPen(QPen(theme.text, 2));
        painter.drawLine(x, bar.top() - 4, x, bar.bottom() + 4);
    }
}

HistogramView::HistogramView(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Histogram"));
    setToolTip(tr("How often each value occurs; bar heights are by the square root of the count"));
}

void HistogramView::setCounts(std::vector<int> counts, const ValueRange &range)
{
    m_counts = std::move(counts);
    m_range = range;
    update();
}

void HistogramView::paintEvent(QPaintEvent *)
{
    if (m_counts.empty())
        return;
    const Theme &theme = themeOf(palette());
    QPainter painter(this);
    QFont small = font();
    small.setPointSizeF(font().pointSizeF() * 0.8);
    painter.setFont(small);
    const int textHeight = QFontMetrics(small).height();
    const QRect plot(0, 0, width(), height() - textHeight - 3);
    const double tallest = std::sqrt(double(std::max(1, *std::ranges::max_element(m_counts))));
    const double step = double(plot.width()) / double(m_counts.size());
    for (std::size_t i = 0; i < m_counts.size(); ++i) {
        const double barHeight = plot.height() * std::sqrt(double(m_counts[i])) / tallest;
        painter.fillRect(QRectF(i * step, plot.height() - barHeight, std::max(1.0, step - 1), barHeight), theme.accent);
    }
    painter.setPen(theme.border);
    painter.drawLine(0, plot.bottom() + 1, width(), plot.bottom() + 1);
    painter.setPen(theme.muted);
    const QRect numbers(0, plot.bottom() + 3, width(), textHeight);
    painter.drawText(numbers, Qt::AlignLeft, valueText(m_range.low));
    painter.drawText(numbers, Qt::AlignRight, valueText(m_range.high));
    if (m_range.low < 0 && m_range.high > 0) {
        const int zero = int(m_range.position(0) * width());
        painter.setPen(QPen(theme.text, 1, Qt::DashLine));
        painter.drawLine(zero, 0, zero, plot.bottom());
        painter.setPen(theme.muted);
        painter.drawText(QRect(zero - 20, numbers.y(), 40, textHeight), Qt::AlignHCenter, "0");
    }
}

} // namespace reslens::widgets
