#include "widgets/map_strip.h"

#include "widgets/colour_legend.h"
#include "widgets/theme.h"

#include <QPainter>

namespace reslens::widgets {

namespace {

constexpr int kGap = 12;

} // namespace

MapStrip::MapStrip(QWidget *parent) : MapCanvas(tr("Maps"), parent) {}

void MapStrip::setMaps(std::vector<StripMap> maps, const ValueRange &range, const ColourMap &map)
{
    m_maps = std::move(maps);
    m_range = range;
    m_pictures.clear();
    for (const StripMap &one : m_maps)
        m_pictures.push_back(planeImage(*one.tensor, 0, range, map));
    speak();
    update();
}

float MapStrip::valueOf(int plane, int row, int column) const
{
    return (*m_maps[std::size_t(plane)].tensor)(0, 0, row, column);
}

QRectF MapStrip::planeRect(int plane) const
{
    const int count = int(m_maps.size());
    const double title = fontMetrics().height() + 4;
    const QSizeF room((width() - kGap * (count - 1)) / double(count), height() - title - 1);
    const QSizeF size = QSizeF(extent()).scaled(room, Qt::KeepAspectRatio);
    const double whole = count * size.width() + (count - 1) * kGap;
    const double top = title + std::max(0.0, (room.height() - size.height()) / 2);
    return {QPointF((width() - whole) / 2 + plane * (size.width() + kGap), top), size};
}

int MapStrip::heightForWidth(int width) const
{
    const int count = std::max(1, int(m_maps.size()));
    const QSize size = extent().isEmpty() ? QSize(1, 1) : extent();
    const int side = (width - kGap * (count - 1)) / count;
    return fontMetrics().height() + 6 + side * size.height() / size.width();
}

QString MapStrip::textOf(const PixelAt &pixel) const
{
    QStringList parts{tr("row %1").arg(pixel.row), tr("column %1").arg(pixel.column)};
    for (int plane = 0; plane < planeCount(); ++plane)
        parts << m_maps[std::size_t(plane)].title + ' ' + valueText(valueOf(plane, pixel.row, pixel.column));
    return parts.join(QStringLiteral(" · "));
}

QString MapStrip::spokenText() const
{
    const auto pixel = markedPixel();
    return pixel ? textOf(*pixel) : QString();
}

void MapStrip::paintMark(QPainter &painter, PixelAt pixel, bool isSelected) const
{
    const QColor colour = isSelected ? themeOf(palette()).accent : QColor(Qt::white);
    for (pixel.channel = 0; pixel.channel < planeCount(); ++pixel.channel) {
        QRectF mark = cellRect(pixel);
        const double grow = std::max(1.0, (7 - mark.width()) / 2); // keeps the mark visible if a cell is a dot
        mark.adjust(-grow, -grow, grow, grow);
        if (planeRect(pixel.channel).contains(mark.center()))
            paintOutline(painter, mark, QPen(QColor(0, 0, 0, 200), isSelected ? 4 : 3),
                         QPen(colour, isSelected ? 2 : 1));
    }
}

void MapStrip::paintTitles(QPainter &painter) const
{
    QFont strong = font();
    strong.setBold(true);
    painter.setFont(strong);
    for (int i = 0; i < int(m_maps.size()); ++i) {
        const QRectF rect = planeRect(i);
        painter.setPen(m_maps[i].colour);
        painter.drawText(QRectF(rect.x(), rect.y() - fontMetrics().height() - 3, rect.width(), fontMetrics().height()),
                         Qt::AlignLeft, m_maps[i].title);
    }
}

void MapStrip::paintPlanes(QPainter &painter)
{
    paintTitles(painter);
    painter.setBrush(Qt::NoBrush);
    for (int i = 0; i < planeCount(); ++i) {
        paintPlane(painter, i, m_pictures[std::size_t(i)]);
        painter.setPen(framePen());
        painter.drawRect(planeRect(i));
    }
    if (hoveredPixel())
        paintMark(painter, *hoveredPixel(), false);
    if (const auto pixel = markedPixel())
        paintMark(painter, *pixel, true);
}

} // namespace reslens::widgets
