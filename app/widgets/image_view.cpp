#include "widgets/image_view.h"

#include "widgets/theme.h"

#include <QKeyEvent>
#include <QPainter>
#include <QPainterPath>

#include <utility>

namespace reslens::widgets {

namespace {

constexpr double kRadius = 8;
constexpr int kSteps = 56; // arrow key steps across the frame without an overlay

} // namespace

ImageView::ImageView(QWidget *parent) : MapCanvas(tr("Picture"), parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void ImageView::setPicture(const QImage &picture)
{
    m_picture = picture;
    setView({});
}

void ImageView::setCropFrame(const QRectF &frame)
{
    m_frame = frame;
    update();
}

void ImageView::setOverlay(const QImage &overlay, double opacity, const QObject *owner)
{
    if (overlay.isNull() && owner != m_owner)
        return; // this owner has no overlay to remove
    m_overlay = overlay;
    m_opacity = opacity;
    update();
    if (std::exchange(m_owner, owner) != owner)
        emit overlayTaken();
}

void ImageView::setOutline(std::optional<QRectF> fractions)
{
    m_outline = fractions;
    update();
}

void ImageView::setDropHint(bool isShown)
{
    m_hasDropHint = isShown;
    update();
}

QRectF ImageView::fitRect() const
{
    if (m_picture.isNull())
        return rect();
    const QSizeF size = QSizeF(m_picture.size()).scaled(QSizeF(rect().size()), Qt::KeepAspectRatio);
    return {QPointF((width() - size.width()) / 2, (height() - size.height()) / 2), size};
}

QRectF ImageView::pictureRect() const
{
    const QRectF fit = fitRect();
    const QPointF hidden = view().visible().topLeft() * view().zoom;
    return {fit.topLeft() - QPointF(hidden.x() * fit.width(), hidden.y() * fit.height()), fit.size() * view().zoom};
}

QRectF ImageView::frameRect() const
{
    const QRectF picture = pictureRect();
    const double scale = m_picture.isNull() ? 1 : picture.width() / m_picture.width();
    return {picture.topLeft() + m_frame.topLeft() * scale, m_frame.size() * scale};
}

QSize ImageView::extent() const
{
    return m_overlay.isNull() ? QSize(kSteps, kSteps) : m_overlay.size();
}

QRectF ImageView::viewRect(QPointF) const
{
    return fitRect();
}

void ImageView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    m_picture.isNull() ? paintDropZone(painter) : paintPlanes(painter);
}

void ImageView::paintPlanes(QPainter &painter)
{
    const QRectF picture = pictureRect();
    if (view().zoom > 1)
        painter.setClipRect(fitRect());
    const bool isMagnified = picture.width() > 4 * m_picture.width(); // a tiny picture keeps its pixels
    painter.setRenderHint(QPainter::SmoothPixmapTransform, !isMagnified);
    painter.drawImage(picture, m_picture);
    if (planeCount() > 0) {
        QPainterPath outside;
        outside.addRect(picture);
        outside.addRect(frameRect().intersected(picture));
        painter.fillPath(outside, QColor(0, 0, 0, 120));
        paintOverlay(painter);
        painter.setPen(QPen(Qt::white, 1.5));
        painter.drawRect(frameRect().adjusted(1, 1, -1, -1));
        paintOutlined(painter);
        if (mark())
            paintRing(painter, frameRect().topLeft() +
                                   QPointF(mark()->x() * frameRect().width(), mark()->y() * frameRect().height()));
    }
    if (m_hasDropHint || hasFocus()) {
        painter.setPen(QPen(themeOf(palette()).accent, m_hasDropHint ? 4 : 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(fitRect().adjusted(1, 1, -1, -1));
    }
}

void ImageView::paintOverlay(QPainter &painter) const
{
    if (m_overlay.isNull())
        return;
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    painter.setOpacity(m_opacity);
    painter.drawImage(frameRect(), m_overlay);
    painter.setOpacity(1);
}

void ImageView::paintOutlined(QPainter &painter) const
{
    if (!m_outline)
        return;
    const QRectF frame = frameRect();
    const QRectF seen(frame.x() + m_outline->x() * frame.width(), frame.y() + m_outline->y() * frame.height(),
                      m_outline->width() * frame.width(), m_outline->height() * frame.height());
    paintOutline(painter, seen.intersected(frame).adjusted(1, 1, -1, -1), QPen(Qt::black, 3),
                 QPen(themeOf(palette()).warning, 1.5, Qt::DashLine));
}

void ImageView::paintDropZone(QPainter &painter) const
{
    const Theme &theme = themeOf(palette());
    const QRectF zone = QRectF(rect()).adjusted(2, 2, -2, -2);
    QPen dashes(m_hasDropHint || hasFocus() ? theme.accent : mixed(theme.border, theme.muted, 0.4), 2);
    dashes.setDashPattern({4, 3});
    painter.setPen(dashes);
    painter.setBrush(m_hasDropHint ? mixed(theme.surface, theme.accent, 0.12)
                                   : mixed(theme.surface, theme.raised, 0.4));
    painter.drawRoundedRect(zone, kRadius, kRadius);

    const QPointF middle(zone.center().x(), zone.center().y() - 26);
    painter.setPen(QPen(theme.accent, 2.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawLine(middle - QPointF(0, 16), middle + QPointF(0, 8));
    painter.drawPolyline(QPolygonF{middle + QPointF(-9, -1), middle + QPointF(0, 8), middle + QPointF(9, -1)});
    painter.drawPolyline(QPolygonF{middle + QPointF(-18, 8), middle + QPointF(-18, 17), middle + QPointF(18, 17),
                                   middle + QPointF(18, 8)});

    QFont title = font();
    title.setBold(true);
    title.setPointSizeF(font().pointSizeF() * 1.15);
    painter.setFont(title);
    painter.setPen(theme.text);
    painter.drawText(QRectF(zone.x(), middle.y() + 26, zone.width(), 24), Qt::AlignCenter, tr("Drop a picture here"));
    painter.setFont(font());
    painter.setPen(theme.muted);
    painter.drawText(QRectF(zone.x() + 12, middle.y() + 50, zone.width() - 24, 40), Qt::AlignHCenter | Qt::TextWordWrap,
                     tr("or click to open, or paste one"));
}

void ImageView::click(QPointF point)
{
    if (!m_picture.isNull())
        MapCanvas::click(point);
    else if (rect().contains(point.toPoint()))
        emit openRequested();
}

/// Keeps the exact place, since other views of this place have cells of other sizes.
std::optional<PixelAt> ImageView::pixelAt(QPointF point) const
{
    const QRectF frame = frameRect();
    if (planeCount() == 0 || !frame.contains(point) || !fitRect().contains(point))
        return std::nullopt;
    const QPointF at((point.x() - frame.x()) / frame.width(), (point.y() - frame.y()) / frame.height());
    std::optional<PixelAt> pixel = pixelOf(at);
    if (pixel)
        pixel->fraction = at;
    return pixel;
}

void ImageView::step(QPoint by)
{
    emit moved(pixelBy(by));
}

void ImageView::keyPressEvent(QKeyEvent *event)
{
    const bool opens = event->key() == Qt::Key_Space ||
                       (planeCount() == 0 && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter));
    opens ? emit openRequested() : MapCanvas::keyPressEvent(event);
}

} // namespace reslens::widgets
