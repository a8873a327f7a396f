#include "widgets/map_view.h"

#include <QPainter>

namespace reslens::widgets {

MapView::MapView(Mark mark, QWidget *parent) : MapCanvas(tr("Enlarged map"), parent), m_style(mark) {}

void MapView::setMap(std::shared_ptr<const Tensor> tensor, int channel, const ValueRange &range,
                     const ColourMap &colours)
{
    m_tensor = std::move(tensor);
    m_channel = channel;
    m_picture = m_tensor ? planeImage(*m_tensor, channel, range, colours) : QImage();
    fitHeight();
    speak();
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

QRectF MapView::planeRect(int) const
{
    if (m_picture.isNull())
        return {};
    const QSizeF size = QSizeF(m_picture.size()).scaled(QSizeF(this->size()), Qt::KeepAspectRatio);
    return {QPointF(int((width() - size.width()) / 2), int((height() - size.height()) / 2)), size};
}

float MapView::valueOf(int, int row, int column) const
{
    return (*m_tensor)(0, m_channel, row, column);
}

std::optional<PixelAt> MapView::pixelAt(QPointF point) const
{
    std::optional<PixelAt> pixel = MapCanvas::pixelAt(point);
    if (pixel)
        pixel->channel = m_channel; // the tensor's channel, not the plane's index
    return pixel;
}

void MapView::paintPlanes(QPainter &painter)
{
    paintPlane(painter, 0, m_picture);
    painter.setPen(framePen());
    painter.drawRect(planeRect().adjusted(0, 0, -1, -1));
    const auto marked = markedPixel();
    if (!marked || !view().visible().contains(*mark()))
        return;
    if (m_style == Mark::Cell)
        return paintOutline(painter, cellRect(*marked).adjusted(-1, -1, 1, 1), QPen(Qt::black, 3),
                            QPen(Qt::white, 1.5));
    const QPointF within = (*mark() - view().visible().topLeft()) * view().zoom;
    painter.setRenderHint(QPainter::Antialiasing);
    paintRing(painter,
              planeRect().topLeft() + QPointF(within.x() * planeRect().width(), within.y() * planeRect().height()));
}

} // namespace reslens::widgets
