#include "widgets/picture_tiles.h"

#include <QPainter>

namespace reslens::widgets {

namespace {

constexpr int kGap = 5;
constexpr int kMargin = 3;
constexpr int kLargestScale = 16;

} // namespace

PictureTiles::PictureTiles(QWidget *parent) : MapCanvas(tr("Pictures"), parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void PictureTiles::setPictures(std::vector<QImage> pictures)
{
    m_pictures = std::move(pictures);
    m_current = std::clamp(m_current, 0, std::max(0, planeCount() - 1));
    update();
}

void PictureTiles::setCurrent(int index)
{
    m_current = index;
    speak();
    update();
}

QString PictureTiles::spokenText() const
{
    return tr("filter %1 of %2").arg(m_current).arg(planeCount());
}

/// Uses the largest scale at which all tiles fit.
PictureTiles::Layout PictureTiles::layOut() const
{
    if (m_pictures.empty())
        return {};
    const QSize size = m_pictures.front().size();
    for (int scale = kLargestScale; scale > 1; --scale) {
        const int columns = (width() - 2 * kMargin + kGap) / (size.width() * scale + kGap);
        if (columns < 1)
            continue;
        const int rows = (planeCount() + columns - 1) / columns;
        if (rows * (size.height() * scale + kGap) - kGap <= height() - 2 * kMargin)
            return {columns, scale};
    }
    return {std::max(1, (width() - 2 * kMargin + kGap) / (size.width() + kGap)), 1};
}

QRect PictureTiles::tileRect(int index) const
{
    const Layout layout = layOut();
    const QSize size = m_pictures[std::size_t(index)].size() * layout.scale;
    return {QPoint(kMargin + index % layout.columns * (size.width() + kGap),
                   kMargin + index / layout.columns * (size.height() + kGap)),
            size};
}

int PictureTiles::indexAt(QPoint point) const
{
    for (int i = 0; i < planeCount(); ++i)
        if (tileRect(i).adjusted(-kGap / 2, -kGap / 2, kGap / 2, kGap / 2).contains(point))
            return i;
    return -1;
}

std::optional<PixelAt> PictureTiles::pixelAt(QPointF point) const
{
    const int index = indexAt(point.toPoint());
    return index < 0 ? std::nullopt : std::optional(PixelAt{.channel = index});
}

void PictureTiles::paintPlanes(QPainter &painter)
{
    for (int i = 0; i < planeCount(); ++i)
        paintPlane(painter, i, m_pictures[std::size_t(i)]);
    paintChosen(painter, QRectF(tileRect(m_current)).adjusted(-2, -2, 1, 1));
}

void PictureTiles::choose(int index)
{
    if (index < 0 || index == m_current)
        return;
    setCurrent(index);
    emit currentChanged(index);
}

void PictureTiles::click(QPointF point)
{
    choose(indexAt(point.toPoint()));
}

void PictureTiles::step(QPoint by)
{
    choose(steppedPlace(m_current, by, layOut().columns, planeCount()));
}

} // namespace reslens::widgets
