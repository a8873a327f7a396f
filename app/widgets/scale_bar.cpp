#include "widgets/scale_bar.h"

#include "widgets/theme.h"

#include <QPainter>

#include <algorithm>

namespace reslens::widgets {

namespace {

constexpr int kBarHeight = 10;
constexpr int kNumberGap = 6;

} // namespace

QString valueText(double value)
{
    return QString::number(value, 'g', 3);
}

ScaleBar::ScaleBar(QWidget *parent) : QWidget(parent), m_map(duskMap())
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(tr("Colour scale"));
}

void ScaleBar::setScale(const ColourMap &map, const ValueRange &range, bool saturates)
{
    m_map = map;
    m_range = range;
    m_saturates = saturates;
    setAccessibleDescription(tr("from %1 to %2").arg(valueText(range.low), valueText(range.high)));
    update();
}

void ScaleBar::setMark(std::optional<float> value)
{
    m_mark = value;
    update();
}

QSize ScaleBar::sizeHint() const
{
    return {fontMetrics().horizontalAdvance("≤ -0.0000") * 2 + 150, 26};
}

QSize ScaleBar::minimumSizeHint() const
{
    return {fontMetrics().horizontalAdvance("≤ -0.0000") * 2 + 2 * kNumberGap + 40, 26};
}

void ScaleBar::paintEvent(QPaintEvent *)
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

} // namespace reslens::widgets
