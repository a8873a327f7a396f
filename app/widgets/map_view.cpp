#include "widgets/map_view.h"

#include "widgets/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace reslens::widgets {

namespace {

int cellOf(double fraction, int count)
{
    return std::clamp(int(fraction * count), 0, count - 1);
}

} // namespace

MapView::MapView(QWidget *parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Enlarged map"));
}

void MapView::setMap(std::shared_ptr<const Tensor> map, const ValueRange &range, const ColourMap &colours)
{
    m_map = std::move(map);
    m_picture = m_map ? planeImage(*m_map, 0, range, colours) : QImage();
    fitHeight();
    update();
}

void MapView::fitHeight()
{
    const double aspect = m_picture.isNull() ? 1 : double(m_picture.height()) / m_picture.width();
    setMaximumHeight(std::max(minimumSizeHint().height(), int(width() * aspect)));
}

void MapView::resizeEvent(QResizeEvent *)
{
    fitHeight();
}

void MapView::setPlaceholder(const QString &text)
{
    m_placeholder = text;
    update();
}

void MapView::setMark(std::optional<QPointF> fraction)
{
    m_mark = fraction;
    update();
}

std::optional<MapValue> MapView::valueAt(QPointF fraction) const
{
    if (!m_map || !QRectF(0, 0, 1, 1).contains(fraction))
        return std::nullopt;
    const int row = cellOf(fraction.y(), m_map->shape.h), column = cellOf(fraction.x(), m_map->shape.w);
    return MapValue{row, column, (*m_map)(0, 0, row, column)};
}

QRectF MapView::mapRect() const
{
    if (m_picture.isNull())
        return {};
    const QSizeF size = QSizeF(m_picture.size()).scaled(QSizeF(width() - 1, height() - 1), Qt::KeepAspectRatio);
    return {QPointF(int((width() - size.width()) / 2), 0), size};
}

std::optional<QPointF> MapView::fractionAt(QPointF point) const
{
    const QRectF rect = mapRect();
    if (rect.isEmpty() || !rect.contains(point))
        return std::nullopt;
    return QPointF((point.x() - rect.x()) / rect.width(), (point.y() - rect.y()) / rect.height());
}

void MapView::paintEvent(QPaintEvent *)
{
    const Theme &theme = themeOf(palette());
    QPainter painter(this);
    if (m_picture.isNull()) {
        painter.setPen(theme.muted);
        painter.drawText(rect().adjusted(4, 4, -4, -4), Qt::AlignCenter | Qt::TextWordWrap, m_placeholder);
        return;
    }
    const QRectF rect = mapRect();
    painter.drawImage(rect, m_picture);
    painter.setPen(QPen(hasFocus() ? theme.accent : theme.border, hasFocus() ? 2 : 1));
    painter.drawRect(rect);
    if (const auto marked = m_mark ? valueAt(*m_mark) : std::nullopt) {
        const QSizeF cell(rect.width() / m_picture.width(), rect.height() / m_picture.height());
        const QPointF corner(rect.x() + marked->column * cell.width(), rect.y() + marked->row * cell.height());
        const QRectF around = QRectF(corner, cell).adjusted(-1, -1, 1, 1);
        painter.setPen(QPen(Qt::black, 3)); // black about white is seen on every colour
        painter.drawRect(around);
        painter.setPen(QPen(Qt::white, 1.5));
        painter.drawRect(around);
    }
}

void MapView::mousePressEvent(QMouseEvent *event)
{
    if (const auto fraction = fractionAt(event->position()))
        emit clicked(*fraction);
}

void MapView::mouseMoveEvent(QMouseEvent *event)
{
    emit hovered(fractionAt(event->position()));
}

void MapView::leaveEvent(QEvent *)
{
    emit hovered(std::nullopt);
}

void MapView::keyPressEvent(QKeyEvent *event)
{
    const int down = event->key() == Qt::Key_Down ? 1 : event->key() == Qt::Key_Up ? -1 : 0;
    const int right = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
    if (!m_map || (down == 0 && right == 0))
        return QWidget::keyPressEvent(event);
    const int H = m_map->shape.h, W = m_map->shape.w;
    const MapValue from = valueAt(m_mark.value_or(QPointF(0.5, 0.5))).value_or(MapValue{H / 2, W / 2, 0});
    const int row = std::clamp(from.row + down, 0, H - 1), column = std::clamp(from.column + right, 0, W - 1);
    emit clicked({(column + 0.5) / W, (row + 0.5) / H});
}

void MapView::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    update();
}

void MapView::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    update();
}

} // namespace reslens::widgets
