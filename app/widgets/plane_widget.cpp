#include "widgets/plane_widget.h"

#include "widgets/theme.h"

#include <QApplication>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace reslens::widgets {

namespace {

constexpr double kZoomPerNotch = 1.25;
constexpr double kNotch = 120; // QWheelEvent's angle of one notch

} // namespace

PlaneWidget::PlaneWidget(QWidget *parent) : QWidget(parent)
{
    setMouseTracking(true);
    setAccessibleName(tr("Enlarged feature map"));
}

void PlaneWidget::setPlane(std::shared_ptr<const Tensor> tensor, int channel, const ValueRange &range,
                           const ColourMap &map)
{
    m_tensor = std::move(tensor);
    m_channel = channel;
    m_picture = m_tensor ? planeImage(*m_tensor, channel, range, map) : QImage();
    fitHeight();
    update();
}

void PlaneWidget::setView(const PlaneView &view)
{
    m_view = view;
    update();
}

void PlaneWidget::setMark(std::optional<QPointF> fraction)
{
    m_mark = fraction;
    update();
}

void PlaneWidget::fitHeight()
{
    const double aspect = m_picture.isNull() ? 1 : double(m_picture.height()) / m_picture.width();
    setMaximumHeight(std::max(minimumSizeHint().height(), int(width() * aspect)));
}

void PlaneWidget::resizeEvent(QResizeEvent *)
{
    fitHeight();
}

QRectF PlaneWidget::pictureRect() const
{
    if (m_picture.isNull())
        return {};
    const double scale = std::min(double(width()) / m_picture.width(), double(height()) / m_picture.height());
    const QSizeF size = QSizeF(m_picture.size()) * scale;
    return {QPointF(int((width() - size.width()) / 2), int((height() - size.height()) / 2)), size};
}

QPointF PlaneWidget::fractionAt(QPointF point) const
{
    const QRectF rect = pictureRect();
    return {(point.x() - rect.x()) / rect.width(), (point.y() - rect.y()) / rect.height()};
}

void PlaneWidget::paintEvent(QPaintEvent *)
{
    if (m_picture.isNull())
        return;
    QPainter painter(this);
    const QRectF rect = pictureRect();
    painter.drawImage(rect, m_picture, m_view.visible(QSizeF(m_picture.size())));
    painter.setPen(themeOf(palette()).border);
    painter.drawRect(rect.adjusted(0, 0, -1, -1));
    if (!m_mark || !m_view.visible().contains(*m_mark))
        return;
    const QPointF within = (*m_mark - m_view.visible().topLeft()) * m_view.zoom;
    const QPointF at(rect.x() + within.x() * rect.width(), rect.y() + within.y() * rect.height());
    painter.setRenderHint(QPainter::Antialiasing);
    for (const auto &[colour, width] : {std::pair(Qt::black, 4.0), std::pair(Qt::white, 1.8)}) { // seen on every colour
        painter.setPen(QPen(colour, width));
        painter.drawEllipse(at, 5, 5);
    }
}

void PlaneWidget::mousePressEvent(QMouseEvent *event)
{
    m_dragged = m_pressed = event->position();
}

void PlaneWidget::mouseReleaseEvent(QMouseEvent *event)
{
    const bool isClick = (event->position() - m_pressed).manhattanLength() < QApplication::startDragDistance();
    if (const std::optional<PixelAt> pixel = pixelAt(event->position()); pixel && isClick)
        emit clicked(*pixel);
}

void PlaneWidget::mouseMoveEvent(QMouseEvent *event)
{
    if (m_picture.isNull())
        return;
    if (event->buttons() & Qt::LeftButton) {
        const QPointF moved = event->position() - m_dragged;
        m_dragged = event->position();
        const QRectF rect = pictureRect();
        emit viewChanged(m_view.panned({moved.x() / rect.width(), moved.y() / rect.height()}));
        return;
    }
    emit hovered(pixelAt(event->position()));
}

std::optional<PixelAt> PlaneWidget::pixelAt(QPointF point) const
{
    const QPointF at = m_picture.isNull() ? QPointF(-1, -1) : fractionAt(point);
    if (!QRectF(0, 0, 1, 1).contains(at))
        return std::nullopt;
    const QRectF source = m_view.visible(QSizeF(m_picture.size()));
    const int column = std::clamp(int(source.x() + at.x() * source.width()), 0, m_picture.width() - 1);
    const int row = std::clamp(int(source.y() + at.y() * source.height()), 0, m_picture.height() - 1);
    return PixelAt{m_channel, row, column, (*m_tensor)(0, m_channel, row, column)};
}

void PlaneWidget::wheelEvent(QWheelEvent *event)
{
    if (m_picture.isNull())
        return;
    emit viewChanged(
        m_view.zoomed(std::pow(kZoomPerNotch, event->angleDelta().y() / kNotch), fractionAt(event->position())));
    event->accept();
}

void PlaneWidget::leaveEvent(QEvent *)
{
    emit hovered(std::nullopt);
}

} // namespace reslens::widgets
