#include "widgets/image_view.h"

#include "widgets/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <utility>

namespace reslens::widgets {

namespace {

constexpr double kRadius = 8;
constexpr double kMarkRadius = 5;

} // namespace

ImageView::ImageView(QWidget *parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("Picture"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void ImageView::setPicture(const QImage &picture)
{
    m_picture = picture;
    update();
}

void ImageView::setCropFrame(const QRectF &frame)
{
    m_frame = frame;
    update();
}

void ImageView::setOverlay(const QImage &overlay, double opacity, const QObject *owner)
{
    if (overlay.isNull() && owner != m_owner)
        return; // nothing of this owner's is there to be removed
    m_overlay = overlay;
    m_opacity = opacity;
    update();
    if (std::exchange(m_owner, owner) != owner)
        emit overlayTaken();
}

void ImageView::setMark(std::optional<QPointF> fraction)
{
    m_mark = fraction;
    update();
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

QRectF ImageView::pictureRect() const
{
    if (m_picture.isNull())
        return rect();
    const QSizeF size = QSizeF(m_picture.size()).scaled(QSizeF(rect().size()), Qt::KeepAspectRatio);
    return {QPointF((width() - size.width()) / 2, (height() - size.height()) / 2), size};
}

QRectF ImageView::frameRect() const
{
    const QRectF picture = pictureRect();
    const double scale = m_picture.isNull() ? 1 : picture.width() / m_picture.width();
    return {picture.topLeft() + m_frame.topLeft() * scale, m_frame.size() * scale};
}

void ImageView::paintEvent(QPaintEvent *)
{
    const Theme &theme = themeOf(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_picture.isNull())
        return paintDropZone(painter);

    const QRectF picture = pictureRect();
    const bool isMagnified = picture.width() > 4 * m_picture.width(); // a tiny picture keeps its pixels
    painter.setRenderHint(QPainter::SmoothPixmapTransform, !isMagnified);
    painter.drawImage(picture, m_picture);
    if (!m_frame.isEmpty()) {
        QPainterPath outside;
        outside.addRect(picture);
        outside.addRect(frameRect().intersected(picture));
        painter.fillPath(outside, QColor(0, 0, 0, 120));
        paintFrame(painter);
    }
    if (m_hasDropHint || hasFocus()) {
        painter.setPen(QPen(theme.accent, m_hasDropHint ? 4 : 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(picture.adjusted(1, 1, -1, -1));
    }
}

void ImageView::paintFrame(QPainter &painter) const
{
    const QRectF frame = frameRect();
    if (!m_overlay.isNull()) {
        painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
        painter.setOpacity(m_opacity);
        painter.drawImage(frame, m_overlay);
        painter.setOpacity(1);
    }
    painter.setPen(QPen(Qt::white, 1.5));
    painter.drawRect(frame.adjusted(1, 1, -1, -1));
    if (m_outline) {
        const QRectF seen(frame.x() + m_outline->x() * frame.width(), frame.y() + m_outline->y() * frame.height(),
                          m_outline->width() * frame.width(), m_outline->height() * frame.height());
        const QRectF shown = seen.intersected(frame).adjusted(1, 1, -1, -1);
        painter.setPen(QPen(Qt::black, 3));
        painter.drawRect(shown);
        painter.setPen(QPen(themeOf(palette()).warning, 1.5, Qt::DashLine));
        painter.drawRect(shown);
    }
    if (!m_mark)
        return;
    const QPointF at(frame.x() + m_mark->x() * frame.width(), frame.y() + m_mark->y() * frame.height());
    for (const auto &[colour, width] : {std::pair(Qt::black, 4.0), std::pair(Qt::white, 1.8)}) { // seen on every colour
        painter.setPen(QPen(colour, width));
        painter.drawEllipse(at, kMarkRadius, kMarkRadius);
    }
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

void ImageView::mouseReleaseEvent(QMouseEvent *event)
{
    if (m_picture.isNull() && event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
        emit openRequested();
    else if (const auto fraction = fractionAt(event->position()); fraction && event->button() == Qt::LeftButton)
        emit clicked(*fraction);
}

void ImageView::mouseMoveEvent(QMouseEvent *event)
{
    emit hovered(fractionAt(event->position()));
}

void ImageView::leaveEvent(QEvent *)
{
    emit hovered(std::nullopt);
}

std::optional<QPointF> ImageView::fractionAt(QPointF point) const
{
    const QRectF frame = frameRect();
    if (m_picture.isNull() || frame.isEmpty() || !frame.contains(point))
        return std::nullopt;
    return QPointF((point.x() - frame.x()) / frame.width(), (point.y() - frame.y()) / frame.height());
}

void ImageView::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space)
        emit openRequested();
    else
        QWidget::keyPressEvent(event);
}

} // namespace reslens::widgets
