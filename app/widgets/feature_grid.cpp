#include "widgets/feature_grid.h"

#include "widgets/theme.h"

#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace reslens::widgets {

namespace {

constexpr int kGap = 10;
constexpr int kMostSpare = 24;
constexpr int kCaptionHeight = 17;
constexpr int kMargin = 4;
constexpr int kLargestPixel = 40; // a 1x1 plane is no wall of colour
constexpr int kCacheBytes = 64 << 20;
constexpr int kMarkedPixel = 3; // smaller ones get no outline under the mouse

} // namespace

FeatureGrid::FeatureGrid(QWidget *parent) : QAbstractScrollArea(parent), m_pictures(kCacheBytes)
{
    setObjectName("plain");
    setFrameShape(NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setMouseTracking(true);
    setAccessibleName(tr("Feature maps"));
}

void FeatureGrid::setMaps(FeatureMaps maps)
{
    m_maps = std::move(maps);
    m_pictures.clear();
    setHovered(std::nullopt);
    layOut();
}

void FeatureGrid::setPlaceholder(const QString &text)
{
    m_placeholder = text;
    viewport()->update();
}

void FeatureGrid::setTileSide(int pixels)
{
    m_tileSide = pixels;
    layOut();
}

void FeatureGrid::setView(const PlaneView &view)
{
    m_view = view;
    viewport()->update();
}

void FeatureGrid::setCurrentChannel(int channel)
{
    if (channel == m_current)
        return;
    m_current = channel;
    setAccessibleDescription(tr("channel %1 of %2").arg(channel).arg(channelCount()));
    const auto place = std::ranges::find(m_maps.order, channel);
    if (place != m_maps.order.end())
        showPlace(int(place - m_maps.order.begin()));
    viewport()->update();
    emit currentChannelChanged(channel);
}

QSize FeatureGrid::pictureSize() const
{
    if (!m_maps.tensor)
        return {m_tileSide, m_tileSide};
    const reslens::Shape &shape = m_maps.tensor->shape;
    const int scale = std::clamp(int(std::lround(double(m_tileSide) / shape.w)), 1, kLargestPixel);
    return {shape.w * scale, shape.h * scale};
}

QSize FeatureGrid::cellSize() const
{
    const QSize picture = pictureSize();
    const int width = std::max(picture.width(), kLargestPixel) + kGap;
    const int available = viewport()->width() - 2 * kMargin + kGap;
    const int spare = available - std::max(1, available / width) * width; // goes between the columns
    return {width + std::clamp(spare / std::max(1, available / width), 0, kMostSpare),
            picture.height() + kCaptionHeight + kGap};
}

int FeatureGrid::columns() const
{
    return std::max(1, (viewport()->width() - 2 * kMargin + kGap) / cellSize().width());
}

QRect FeatureGrid::pictureRect(int place) const
{
    const QSize cell = cellSize();
    const int column = place % columns(), row = place / columns();
    return {QPoint(kMargin + column * cell.width(), kMargin + row * cell.height() - verticalScrollBar()->value()),
            pictureSize()};
}

int FeatureGrid::firstVisiblePlace() const
{
    return std::max(0, (verticalScrollBar()->value() - kMargin) / cellSize().height()) * columns();
}

int FeatureGrid::lastVisiblePlace() const
{
    const int bottom = verticalScrollBar()->value() + viewport()->height();
    return std::min(channelCount(), (bottom / cellSize().height() + 1) * columns()) - 1;
}

int FeatureGrid::placeAt(QPoint point) const
{
    for (int place = firstVisiblePlace(); place <= lastVisiblePlace(); ++place)
        if (pictureRect(place).adjusted(0, 0, 0, kCaptionHeight).contains(point))
            return place;
    return -1;
}

std::optional<PixelAt> FeatureGrid::pixelAt(QPoint point) const
{
    const int place = placeAt(point);
    if (place < 0 || !m_maps.tensor)
        return std::nullopt;
    const QRect rect = pictureRect(place);
    if (!rect.contains(point))
        return std::nullopt;
    const reslens::Shape &shape = m_maps.tensor->shape;
    const QRectF source = m_view.visible(QSizeF(shape.w, shape.h));
    const double x = source.x() + (point.x() - rect.x() + 0.5) / rect.width() * source.width();
    const double y = source.y() + (point.y() - rect.y() + 0.5) / rect.height() * source.height();
    const int column = std::clamp(int(x), 0, shape.w - 1), row = std::clamp(int(y), 0, shape.h - 1);
    const int channel = m_maps.order[place];
    return PixelAt{channel, row, column, (*m_maps.tensor)(0, channel, row, column)};
}

const QImage &FeatureGrid::picture(int channel)
{
    if (QImage *cached = m_pictures.object(channel))
        return *cached;
    auto *made = new QImage(planeImage(*m_maps.tensor, channel, m_maps.ranges[channel], m_maps.map));
    m_pictures.insert(channel, made, int(std::min<qsizetype>(made->sizeInBytes(), kCacheBytes)));
    return *made;
}

void FeatureGrid::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    if (!m_maps.tensor) {
        painter.setPen(themeOf(palette()).muted);
        painter.drawText(viewport()->rect(), Qt::AlignCenter | Qt::TextWordWrap, m_placeholder);
        return;
    }
    for (int place = firstVisiblePlace(); place <= lastVisiblePlace(); ++place)
        paintTile(painter, place);
}

void FeatureGrid::paintTile(QPainter &painter, int place)
{
    const Theme &theme = themeOf(palette());
    const int channel = m_maps.order[place];
    const QRect rect = pictureRect(place);
    const reslens::Shape &shape = m_maps.tensor->shape;
    const QRectF source = m_view.visible(QSizeF(shape.w, shape.h));
    painter.drawImage(QRectF(rect), picture(channel), source);

    const bool isCurrent = channel == m_current;
    painter.setBrush(Qt::NoBrush);
    if (isCurrent) {
        painter.setPen(QPen(theme.accent, hasFocus() ? 3 : 2));
        painter.drawRect(QRectF(rect).adjusted(-2, -2, 2, 2));
    }
    const double pixelSide = rect.width() / source.width();
    if (m_hovered && pixelSide >= kMarkedPixel) {
        const QRectF mark(rect.x() + (m_hovered->column - source.x()) * pixelSide,
                          rect.y() + (m_hovered->row - source.y()) * pixelSide, pixelSide, pixelSide);
        painter.save();
        painter.setClipRect(rect);
        painter.setPen(QPen(Qt::black, 1));
        painter.drawRect(mark.adjusted(-1, -1, 0, 0));
        painter.setPen(QPen(Qt::white, 1));
        painter.drawRect(mark.adjusted(-2, -2, 1, 1));
        painter.restore();
    }
    QFont small = font();
    small.setPointSizeF(font().pointSizeF() * 0.8);
    painter.setFont(small);
    painter.setPen(isCurrent ? theme.text : theme.muted);
    const QRect caption(rect.x(), rect.bottom() + 3, std::max(rect.width(), kLargestPixel), kCaptionHeight - 3);
    painter.drawText(caption, Qt::AlignLeft | Qt::AlignVCenter, QString::number(channel));
    painter.drawText(caption.adjusted(0, 0, rect.width() - caption.width(), 0), Qt::AlignRight | Qt::AlignVCenter,
                     rect.width() > 70 ? m_maps.captions[channel] : QString());
}

void FeatureGrid::layOut()
{
    const int rows = (channelCount() + columns() - 1) / columns();
    const int height = 2 * kMargin + rows * cellSize().height() - kGap;
    verticalScrollBar()->setRange(0, std::max(0, height - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(cellSize().height() / 3);
    viewport()->update();
}

void FeatureGrid::showPlace(int place)
{
    const QRect rect = pictureRect(place).adjusted(0, -kMargin, 0, kCaptionHeight + kMargin);
    QScrollBar *bar = verticalScrollBar();
    if (rect.top() < 0)
        bar->setValue(bar->value() + rect.top());
    else if (rect.bottom() > viewport()->height())
        bar->setValue(bar->value() + rect.bottom() - viewport()->height());
}

void FeatureGrid::setHovered(const std::optional<PixelAt> &pixel)
{
    if (pixel == m_hovered)
        return;
    m_hovered = pixel;
    viewport()->update();
    emit hovered(pixel);
}

void FeatureGrid::changeView(const PlaneView &view)
{
    if (view == m_view)
        return;
    setView(view);
    emit viewChanged(view);
}

} // namespace reslens::widgets
