#include "widgets/feature_grid.h"

#include "widgets/theme.h"

#include <QCoreApplication>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <cmath>

namespace reslens::widgets {

namespace {

constexpr int kGap = 10;
constexpr int kMostSpare = 24;
constexpr int kCaptionHeight = 17;
constexpr int kMargin = 4;
constexpr int kLargestPixel = 40; // keeps a 1x1 plane from becoming a wall of colour
constexpr int kCacheBytes = 64 << 20;
constexpr int kMarkedPixel = 3; // smaller pixels get no outline under the mouse

} // namespace

FeatureGrid::FeatureGrid(QWidget *parent)
    : MapCanvas(tr("Feature maps"), parent), m_pictures(kCacheBytes), m_bar(Qt::Vertical, this)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    m_bar.hide();
    connect(&m_bar, &QScrollBar::valueChanged, this, qOverload<>(&QWidget::update));
}

void FeatureGrid::setMaps(FeatureMaps maps)
{
    m_maps = std::move(maps);
    m_pictures.clear();
    setHovered(std::nullopt);
    speak();
    layOut();
}

void FeatureGrid::setTileSide(int pixels)
{
    m_tileSide = pixels;
    layOut();
}

void FeatureGrid::setCurrentChannel(int channel)
{
    if (channel == m_current)
        return;
    m_current = channel;
    speak();
    if (std::ranges::find(m_maps.order, channel) != m_maps.order.end()) {
        const QRect rect = tileRect(currentPlace()).adjusted(0, -kMargin, 0, kCaptionHeight + kMargin);
        m_bar.setValue(m_bar.value() + std::min(0, rect.top()) + std::max(0, rect.bottom() - height()));
    }
    update();
    emit currentChannelChanged(channel);
}

QString FeatureGrid::spokenText() const
{
    return tr("channel %1 of %2").arg(m_current).arg(channelCount());
}

QSize FeatureGrid::pictureSize() const
{
    if (!m_maps.tensor)
        return {m_tileSide, m_tileSide};
    const int scale = std::clamp(int(std::lround(double(m_tileSide) / extent().width())), 1, kLargestPixel);
    return extent() * scale;
}

QSize FeatureGrid::cellSize() const
{
    const QSize picture = pictureSize();
    const int width = std::max(picture.width(), kLargestPixel) + kGap;
    const int available = roomWidth() - 2 * kMargin + kGap;
    const int spare = available - std::max(1, available / width) * width; // spread between the columns
    return {width + std::clamp(spare / std::max(1, available / width), 0, kMostSpare),
            picture.height() + kCaptionHeight + kGap};
}

int FeatureGrid::roomWidth() const
{
    return width() - (m_hasBar ? m_bar.sizeHint().width() : 0);
}

int FeatureGrid::columns() const
{
    return std::max(1, (roomWidth() - 2 * kMargin + kGap) / cellSize().width());
}

int FeatureGrid::contentHeight() const
{
    const int rows = (channelCount() + columns() - 1) / columns();
    return 2 * kMargin + rows * cellSize().height() - kGap;
}

QRect FeatureGrid::tileRect(int place) const
{
    const QSize cell = cellSize();
    const int column = place % columns(), row = place / columns();
    return {QPoint(kMargin + column * cell.width(), kMargin + row * cell.height() - m_bar.value()), pictureSize()};
}

int FeatureGrid::firstVisiblePlace() const
{
    return std::max(0, (m_bar.value() - kMargin) / cellSize().height()) * columns();
}

int FeatureGrid::lastVisiblePlace() const
{
    const int bottom = m_bar.value() + height();
    return std::min(channelCount(), (bottom / cellSize().height() + 1) * columns()) - 1;
}

int FeatureGrid::placeAt(QPointF point) const
{
    for (int place = firstVisiblePlace(); place <= lastVisiblePlace(); ++place)
        if (tileRect(place).adjusted(0, 0, 0, kCaptionHeight).contains(point.toPoint()))
            return place;
    return -1;
}

int FeatureGrid::currentPlace() const
{
    const auto found = std::ranges::find(m_maps.order, m_current);
    return found == m_maps.order.end() ? 0 : int(found - m_maps.order.begin());
}

float FeatureGrid::valueOf(int place, int row, int column) const
{
    return (*m_maps.tensor)(0, m_maps.order[place], row, column);
}

std::optional<PixelAt> FeatureGrid::pixelAt(QPointF point) const
{
    const int place = placeAt(point);
    const QRect rect = place < 0 ? QRect() : tileRect(place);
    if (!rect.contains(point.toPoint()))
        return std::nullopt;
    const QRectF part = view().visible();
    const QPointF within = QPointF(point.toPoint() - rect.topLeft()) + QPointF(0.5, 0.5);
    std::optional<PixelAt> pixel = pixelOf(
        {part.x() + within.x() / rect.width() * part.width(), part.y() + within.y() / rect.height() * part.height()},
        place);
    if (pixel)
        pixel->channel = m_maps.order[place];
    return pixel;
}

QRectF FeatureGrid::viewRect(QPointF point) const
{
    return tileRect(std::max(0, placeAt(point)));
}

const QImage &FeatureGrid::picture(int channel)
{
    if (QImage *cached = m_pictures.object(channel))
        return *cached;
    auto *made = new QImage(planeImage(*m_maps.tensor, channel, m_maps.ranges[channel], m_maps.map));
    m_pictures.insert(channel, made, int(std::min<qsizetype>(made->sizeInBytes(), kCacheBytes)));
    return *made;
}

void FeatureGrid::paintPlanes(QPainter &painter)
{
    for (int place = firstVisiblePlace(); place <= lastVisiblePlace(); ++place)
        paintTile(painter, place);
}

void FeatureGrid::paintTile(QPainter &painter, int place)
{
    const int channel = m_maps.order[place];
    paintPlane(painter, place, picture(channel));
    if (channel == m_current)
        paintChosen(painter, planeRect(place).adjusted(-2, -2, 2, 2));
    if (hoveredPixel())
        paintHovered(painter, place);
    paintCaption(painter, place);
}

void FeatureGrid::paintHovered(QPainter &painter, int place) const
{
    PixelAt pixel = *hoveredPixel();
    pixel.channel = place;
    const QRectF mark = cellRect(pixel);
    if (mark.width() < kMarkedPixel)
        return;
    painter.save();
    painter.setClipRect(tileRect(place));
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(Qt::black, 1));
    painter.drawRect(mark.adjusted(-1, -1, 0, 0));
    painter.setPen(QPen(Qt::white, 1));
    painter.drawRect(mark.adjusted(-2, -2, 1, 1));
    painter.restore();
}

void FeatureGrid::paintCaption(QPainter &painter, int place) const
{
    const Theme &theme = themeOf(palette());
    const int channel = m_maps.order[place];
    const QRect rect = tileRect(place);
    QFont small = font();
    small.setPointSizeF(font().pointSizeF() * 0.8);
    painter.setFont(small);
    painter.setPen(channel == m_current ? theme.text : theme.muted);
    const QRect caption(rect.x(), rect.bottom() + 3, std::max(rect.width(), kLargestPixel), kCaptionHeight - 3);
    painter.drawText(caption, Qt::AlignLeft | Qt::AlignVCenter, QString::number(channel));
    painter.drawText(caption.adjusted(0, 0, rect.width() - caption.width(), 0), Qt::AlignRight | Qt::AlignVCenter,
                     rect.width() > 70 ? m_maps.captions[channel] : QString());
}

void FeatureGrid::layOut()
{
    m_hasBar = false;
    m_hasBar = contentHeight() > height(); // takes some of the width, which may add rows
    m_bar.setVisible(m_hasBar);
    const int barWidth = m_bar.sizeHint().width();
    m_bar.setGeometry(width() - barWidth, 0, barWidth, height());
    m_bar.setRange(0, std::max(0, contentHeight() - height()));
    m_bar.setPageStep(height());
    m_bar.setSingleStep(cellSize().height() / 3);
    update();
}

void FeatureGrid::resizeEvent(QResizeEvent *)
{
    layOut();
}

void FeatureGrid::step(QPoint by)
{
    setCurrentChannel(m_maps.order[steppedPlace(currentPlace(), by, columns(), channelCount())]);
}

void FeatureGrid::click(QPointF point)
{
    if (const int place = placeAt(point); place >= 0)
        setCurrentChannel(m_maps.order[place]);
}

void FeatureGrid::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (const int place = placeAt(event->position()); place >= 0)
        emit enlargeRequested(m_maps.order[place]);
}

bool FeatureGrid::wheelZooms(Qt::KeyboardModifiers modifiers) const
{
    return m_bar.maximum() == 0 || modifiers & Qt::ControlModifier;
}

void FeatureGrid::wheelEvent(QWheelEvent *event)
{
    if (wheelZooms(event->modifiers()))
        return MapCanvas::wheelEvent(event);
    QCoreApplication::sendEvent(&m_bar, event);
    setHovered(pixelAt(event->position()));
}

} // namespace reslens::widgets
