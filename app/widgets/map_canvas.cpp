#include "widgets/map_canvas.h"

#include "widgets/theme.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <cmath>

namespace reslens::widgets {

namespace {

constexpr double kZoomPerNotch = 1.25;
constexpr double kNotch = 120; // QWheelEvent's angle per notch
constexpr int kFar = 1 << 16;  // more cells than any row of a plane
constexpr double kRingRadius = 5;

/// Returns a key's step in columns and rows; std::nullopt for other keys.
std::optional<QPoint> strideOf(const QKeyEvent &key, int page)
{
    const int rows = key.modifiers() & Qt::ControlModifier ? kFar : 0; // goes to the plane's corner
    switch (key.key()) {
    case Qt::Key_Left:
        return QPoint(-1, 0);
    case Qt::Key_Right:
        return QPoint(1, 0);
    case Qt::Key_Up:
        return QPoint(0, -1);
    case Qt::Key_Down:
        return QPoint(0, 1);
    case Qt::Key_PageUp:
        return QPoint(0, -page);
    case Qt::Key_PageDown:
        return QPoint(0, page);
    case Qt::Key_Home:
        return QPoint(-kFar, -rows);
    case Qt::Key_End:
        return QPoint(kFar, rows);
    default:
        return std::nullopt;
    }
}

int clampedCell(int cell, int count)
{
    return std::clamp(cell, 0, count - 1);
}

} // namespace

QRectF PlaneView::visible() const
{
    const double extent = 1 / zoom;
    return {centre.x() - extent / 2, centre.y() - extent / 2, extent, extent};
}

QRectF PlaneView::visible(const QSizeF &size) const
{
    const QRectF part = visible();
    return {part.x() * size.width(), part.y() * size.height(), part.width() * size.width(),
            part.height() * size.height()};
}

PlaneView PlaneView::zoomed(double factor, QPointF at) const
{
    const double newZoom = std::clamp(zoom * factor, 1.0, kMaxZoom);
    const QPointF offset = at - QPointF(0.5, 0.5);
    const QPointF point = centre + offset / zoom;
    return within({newZoom, point - offset / newZoom});
}

PlaneView PlaneView::showing(QPointF place) const
{
    const double half = 0.5 / zoom;
    return within({zoom,
                   {std::clamp(centre.x(), place.x() - half, place.x() + half),
                    std::clamp(centre.y(), place.y() - half, place.y() + half)}});
}

PlaneView PlaneView::within(PlaneView view)
{
    const double half = 0.5 / view.zoom;
    view.centre = {std::clamp(view.centre.x(), half, 1 - half), std::clamp(view.centre.y(), half, 1 - half)};
    return view;
}

int steppedPlace(int place, QPoint by, int columns, int count)
{
    return std::clamp(place + by.x() + by.y() * columns, 0, count - 1);
}

QString placeText(const PixelAt &pixel)
{
    return MapCanvas::tr("row %1 · column %2 · value %3")
        .arg(pixel.row)
        .arg(pixel.column)
        .arg(double(pixel.value), 0, 'g', 4);
}

MapCanvas::MapCanvas(const QString &name, QWidget *parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(name);
}

void MapCanvas::setPlaceholder(const QString &text)
{
    m_placeholder = text;
    update();
}

void MapCanvas::setView(const PlaneView &view)
{
    m_view = view;
    update();
}

void MapCanvas::setMark(std::optional<QPointF> fraction)
{
    m_mark = fraction;
    speak();
    update();
}

std::optional<PixelAt> MapCanvas::pixelOf(QPointF fraction, int plane) const
{
    const QSize size = extent();
    if (plane >= planeCount() || size.isEmpty() || !QRectF(0, 0, 1, 1).contains(fraction))
        return std::nullopt;
    const int row = clampedCell(int(fraction.y() * size.height()), size.height());
    const int column = clampedCell(int(fraction.x() * size.width()), size.width());
    return PixelAt{plane, row, column, valueOf(plane, row, column),
                   QPointF((column + 0.5) / size.width(), (row + 0.5) / size.height())};
}

std::optional<PixelAt> MapCanvas::markedPixel() const
{
    return m_mark ? pixelOf(*m_mark) : std::nullopt;
}

std::optional<PixelAt> MapCanvas::pixelAt(QPointF point) const
{
    for (int plane = 0; plane < planeCount(); ++plane) {
        const QRectF rect = planeRect(plane);
        if (!rect.contains(point))
            continue;
        const QRectF part = m_view.visible();
        return pixelOf({part.x() + (point.x() - rect.x()) / rect.width() * part.width(),
                        part.y() + (point.y() - rect.y()) / rect.height() * part.height()},
                       plane);
    }
    return std::nullopt;
}

QString MapCanvas::spokenText() const
{
    const auto pixel = markedPixel();
    return pixel ? placeText(*pixel) : QString();
}

QRectF MapCanvas::viewRect(QPointF point) const
{
    for (int plane = 0; plane < planeCount(); ++plane)
        if (planeRect(plane).contains(point))
            return planeRect(plane);
    return planeRect(0);
}

void MapCanvas::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    if (planeCount() > 0)
        return paintPlanes(painter);
    painter.setPen(themeOf(palette()).muted);
    painter.drawText(rect().adjusted(12, 4, -12, -4), Qt::AlignCenter | Qt::TextWordWrap, m_placeholder);
}

void MapCanvas::paintPlane(QPainter &painter, int plane, const QImage &image) const
{
    painter.drawImage(planeRect(plane), image, m_view.visible(QSizeF(image.size())));
}

QRectF MapCanvas::cellRect(const PixelAt &pixel) const
{
    const QRectF rect = planeRect(pixel.channel), seen = m_view.visible(QSizeF(extent()));
    const double width = rect.width() / seen.width(), height = rect.height() / seen.height();
    return {rect.x() + (pixel.column - seen.x()) * width, rect.y() + (pixel.row - seen.y()) * height, width, height};
}

void MapCanvas::paintOutline(QPainter &painter, const QRectF &rect, const QPen &outer, const QPen &inner)
{
    painter.setBrush(Qt::NoBrush);
    for (const QPen &pen : {outer, inner}) {
        painter.setPen(pen);
        painter.drawRect(rect);
    }
}

void MapCanvas::paintRing(QPainter &painter, QPointF at)
{
    painter.setBrush(Qt::NoBrush);
    for (const auto &[colour, width] : {std::pair(Qt::black, 4.0), std::pair(Qt::white, 1.8)}) {
        painter.setPen(QPen(colour, width));
        painter.drawEllipse(at, kRingRadius, kRingRadius);
    }
}

void MapCanvas::paintChosen(QPainter &painter, const QRectF &around) const
{
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(themeOf(palette()).accent, hasFocus() ? 3 : 2));
    painter.drawRect(around);
}

QPen MapCanvas::framePen() const
{
    const Theme &theme = themeOf(palette());
    return hasFocus() ? QPen(theme.accent, 2) : QPen(theme.border, 1);
}

void MapCanvas::setHovered(const std::optional<PixelAt> &pixel)
{
    if (pixel == m_hovered)
        return;
    m_hovered = pixel;
    update();
    emit hovered(pixel);
}

void MapCanvas::changeView(const PlaneView &view)
{
    if (view == m_view)
        return;
    setView(view);
    emit viewChanged(view);
}

void MapCanvas::mousePressEvent(QMouseEvent *event)
{
    m_pressed = m_dragged = event->position();
    m_isDragging = false;
}

void MapCanvas::mouseMoveEvent(QMouseEvent *event)
{
    const QPointF point = event->position();
    if (!(event->buttons() & Qt::LeftButton))
        return setHovered(pixelAt(point));
    m_isDragging = m_isDragging || (point - m_pressed).manhattanLength() >= QApplication::startDragDistance();
    if (!m_isDragging || planeCount() == 0 || m_view.zoom <= 1)
        return;
    const QSizeF size = viewRect(m_pressed).size();
    const QPointF moved = point - m_dragged;
    m_dragged = point;
    changeView(m_view.panned({moved.x() / size.width(), moved.y() / size.height()}));
}

void MapCanvas::mouseReleaseEvent(QMouseEvent *event)
{
    if (!m_isDragging && event->button() == Qt::LeftButton)
        click(event->position());
}

void MapCanvas::wheelEvent(QWheelEvent *event)
{
    if (planeCount() == 0 || !isZoomable() || !wheelZooms(event->modifiers()))
        return event->ignore();
    const QPointF point = event->position();
    const QRectF rect = viewRect(point);
    const QPointF at = rect.contains(point)
                           ? QPointF((point.x() - rect.x()) / rect.width(), (point.y() - rect.y()) / rect.height())
                           : QPointF(0.5, 0.5);
    changeView(m_view.zoomed(std::pow(kZoomPerNotch, event->angleDelta().y() / kNotch), at));
    setHovered(pixelAt(point));
}

void MapCanvas::leaveEvent(QEvent *)
{
    setHovered(std::nullopt);
}

void MapCanvas::keyPressEvent(QKeyEvent *event)
{
    if (planeCount() == 0 || !answer(*event))
        QWidget::keyPressEvent(event);
}

bool MapCanvas::answer(const QKeyEvent &key)
{
    const QPointF middle(0.5, 0.5);
    const bool isZooming = isZoomable();
    if (const auto stride = strideOf(key, pageStep()))
        step(*stride);
    else if (key.key() == Qt::Key_Return || key.key() == Qt::Key_Enter)
        enter();
    else if (isZooming && (key.key() == Qt::Key_Plus || key.key() == Qt::Key_Equal))
        changeView(m_view.zoomed(kZoomPerNotch, middle));
    else if (isZooming && key.key() == Qt::Key_Minus)
        changeView(m_view.zoomed(1 / kZoomPerNotch, middle));
    else if (isZooming && key.key() == Qt::Key_0)
        changeView({});
    else
        return false;
    return true;
}

PixelAt MapCanvas::pixelBy(QPoint by)
{
    const QSize size = extent();
    const PixelAt from = markedPixel().value_or(PixelAt{0, size.height() / 2, size.width() / 2});
    const int row = clampedCell(from.row + by.y(), size.height()),
              column = clampedCell(from.column + by.x(), size.width());
    const QPointF to((column + 0.5) / size.width(), (row + 0.5) / size.height());
    if (m_view.zoom > 1)
        changeView(m_view.showing(to));
    return *pixelOf(to);
}

void MapCanvas::click(QPointF point)
{
    if (const auto pixel = pixelAt(point))
        emit picked(*pixel);
}

void MapCanvas::enter()
{
    if (const auto pixel = m_mark ? markedPixel() : pixelOf({0.5, 0.5}))
        emit picked(*pixel);
}

} // namespace reslens::widgets
