#include "widgets/histogram_view.h"

#include "widgets/scale_bar.h"
#include "widgets/theme.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace reslens::widgets {

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
