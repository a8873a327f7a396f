// How a FeatureGrid answers mouse, wheel and keys.
#include "widgets/feature_grid.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace reslens::widgets {

namespace {

constexpr double kZoomPerNotch = 1.25;
constexpr double kNotch = 120; // QWheelEvent's angle of one notch

} // namespace

void FeatureGrid::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    layOut();
}

void FeatureGrid::mousePressEvent(QMouseEvent *event)
{
    m_pressed = m_dragged = event->position().toPoint();
    m_isPanning = false;
}

void FeatureGrid::mouseMoveEvent(QMouseEvent *event)
{
    const QPoint point = event->position().toPoint();
    if (!(event->buttons() & Qt::LeftButton)) {
        setHovered(pixelAt(point));
        return;
    }
    m_isPanning = m_isPanning || (point - m_pressed).manhattanLength() >= QApplication::startDragDistance();
    if (!m_isPanning || m_view.zoom <= 1)
        return;
    const QSize size = pictureSize();
    const QPoint moved = point - m_dragged;
    m_dragged = point;
    changeView(m_view.panned({double(moved.x()) / size.width(), double(moved.y()) / size.height()}));
}

void FeatureGrid::mouseReleaseEvent(QMouseEvent *event)
{
    const int place = placeAt(event->position().toPoint());
    if (!m_isPanning && event->button() == Qt::LeftButton && place >= 0)
        setCurrentChannel(m_maps.order[place]);
}

void FeatureGrid::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (const int place = placeAt(event->position().toPoint()); place >= 0)
        emit enlargeRequested(m_maps.order[place]);
}

void FeatureGrid::wheelEvent(QWheelEvent *event)
{
    const bool scrolls = verticalScrollBar()->maximum() > 0;
    if (scrolls && !(event->modifiers() & Qt::ControlModifier)) {
        QAbstractScrollArea::wheelEvent(event);
        setHovered(pixelAt(event->position().toPoint()));
        return;
    }
    const QPoint point = event->position().toPoint();
    const int place = placeAt(point);
    QPointF at(0.5, 0.5);
    if (place >= 0) {
        const QRect rect = pictureRect(place);
        at = {double(point.x() - rect.x()) / rect.width(), double(point.y() - rect.y()) / rect.height()};
    }
    changeView(m_view.zoomed(std::pow(kZoomPerNotch, event->angleDelta().y() / kNotch), at));
    setHovered(pixelAt(point));
    event->accept();
}

void FeatureGrid::keyPressEvent(QKeyEvent *event)
{
    const int rowsPerPage = std::max(1, viewport()->height() / cellSize().height());
    switch (event->key()) {
    case Qt::Key_Left:
        return moveCurrent(-1);
    case Qt::Key_Right:
        return moveCurrent(1);
    case Qt::Key_Up:
        return moveCurrent(-columns());
    case Qt::Key_Down:
        return moveCurrent(columns());
    case Qt::Key_PageUp:
        return moveCurrent(-columns() * rowsPerPage);
    case Qt::Key_PageDown:
        return moveCurrent(columns() * rowsPerPage);
    case Qt::Key_Home:
        return moveCurrent(-channelCount());
    case Qt::Key_End:
        return moveCurrent(channelCount());
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return changeView(m_view.zoomed(kZoomPerNotch, {0.5, 0.5}));
    case Qt::Key_Minus:
        return changeView(m_view.zoomed(1 / kZoomPerNotch, {0.5, 0.5}));
    case Qt::Key_0:
        return changeView({});
    case Qt::Key_Return:
    case Qt::Key_Enter:
        emit enlargeRequested(m_current);
        return;
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void FeatureGrid::moveCurrent(int places)
{
    if (m_maps.order.empty())
        return;
    const auto found = std::ranges::find(m_maps.order, m_current);
    const int place = found == m_maps.order.end() ? 0 : int(found - m_maps.order.begin());
    setCurrentChannel(m_maps.order[std::clamp(place + places, 0, channelCount() - 1)]);
}

void FeatureGrid::focusInEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void FeatureGrid::focusOutEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

bool FeatureGrid::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::Leave)
        setHovered(std::nullopt);
    return QAbstractScrollArea::viewportEvent(event);
}

} // namespace reslens::widgets
