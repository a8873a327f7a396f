#include "widgets/ribbon_minimap.h"

#include "widgets/theme.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace reslens::widgets {

namespace {

constexpr double kEdge = 2; // pixels above and below the marks, for the frame

} // namespace

RibbonMinimap::RibbonMinimap(QWidget *parent) : QWidget(parent)
{
    setAccessibleName(tr("Overview of the network"));
    setAccessibleDescription(tr("Click or drag to scroll the network"));
    setToolTip(tr("The whole network. Click or drag to scroll"));
    setCursor(Qt::PointingHandCursor);
}

void RibbonMinimap::setRibbon(const RibbonLayout &layout, std::vector<QColor> colours, int currentCell)
{
    m_layout = layout;
    m_colours = std::move(colours);
    m_current = currentCell;
    update();
}

void RibbonMinimap::setFrame(double left, double width)
{
    m_left = left;
    m_width = width;
    update();
}

QRectF RibbonMinimap::strip(double left, double width) const
{
    const double scale = m_layout.width > 0 ? this->width() / m_layout.width : 0;
    return {left * scale, kEdge, width * scale, height() - 2 * kEdge};
}

QRectF RibbonMinimap::frame() const
{
    return strip(m_left, m_width).adjusted(1, 1 - kEdge, -1, kEdge - 1);
}

QRectF RibbonMinimap::markOf(int cell) const
{
    const QRectF area = m_layout.cells[cell].area;
    QRectF mark = strip(area.left(), area.width()).adjusted(0, kEdge, 0, -kEdge);
    const double gap = std::min(1.0, mark.width() * 0.2);
    return mark.adjusted(gap, 0, -gap, 0);
}

QSize RibbonMinimap::sizeHint() const
{
    return {100, fontMetrics().height() + 2};
}

void RibbonMinimap::paintEvent(QPaintEvent *)
{
    const Theme &theme = themeOf(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(mixed(theme.surface, theme.raised, 0.5));
    painter.drawRoundedRect(rect(), 4, 4);
    for (int cell = 0; cell < int(m_layout.cells.size()); ++cell)
        painter.fillRect(markOf(cell), cell == m_current ? theme.accent : m_colours[cell]);
    QColor glass = theme.accent;
    glass.setAlphaF(0.12f);
    painter.setBrush(glass);
    painter.setPen(QPen(theme.accent, 1.6));
    painter.drawRoundedRect(frame(), 4, 4);
}

void RibbonMinimap::mousePressEvent(QMouseEvent *event)
{
    const QRectF held = frame();
    const double x = event->position().x();
    m_grip = held.left() <= x && x <= held.right() ? x - held.left() : held.width() / 2;
    mouseMoveEvent(event);
}

void RibbonMinimap::mouseMoveEvent(QMouseEvent *event)
{
    if (event->buttons() & Qt::LeftButton)
        emit scrollRequested((event->position().x() - m_grip) * m_layout.width / std::max(1, width()));
}

} // namespace reslens::widgets
