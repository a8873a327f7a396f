#include "widgets/map_strip.h"

#include "widgets/colour_legend.h"
#include "widgets/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace reslens::widgets {

namespace {

constexpr int kGap = 12;

} // namespace

MapStrip::MapStrip(QWidget *parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Maps"));
}

void MapStrip::setMaps(std::vector<StripMap> maps, const ValueRange &range, const ColourMap &map)
{
    m_maps = std::move(maps);
    m_range = range;
    m_pictures.clear();
    for (const StripMap &one : m_maps)
        m_pictures.push_back(planeImage(*one.tensor, 0, range, map));
    update();
}

void MapStrip::setPlaceholder(const QString &text)
{
    m_placeholder = text;
    update();
}

void MapStrip::setPixel(std::optional<QPointF> fraction)
{
    m_pixel = fraction;
    const auto cell = pixelCell();
    setAccessibleDescription(cell ? textOf(*cell) : QString());
    update();
}

QSize MapStrip::extent() const
{
    return m_pictures.empty() ? QSize() : m_pictures.front().size();
}

std::optional<MapCell> MapStrip::pixelCell() const
{
    if (!m_pixel || m_maps.empty())
        return std::nullopt;
    const QSize size = extent();
    return MapCell{std::clamp(int(m_pixel->y() * size.height()), 0, size.height() - 1),
                   std::clamp(int(m_pixel->x() * size.width()), 0, size.width() - 1)};
}

QRectF MapStrip::rectOf(int index) const
{
    const int count = int(m_maps.size());
    const double title = fontMetrics().height() + 4;
    const QSizeF room((width() - kGap * (count - 1)) / double(count), height() - title - 1);
    const QSizeF size = QSizeF(extent()).scaled(room, Qt::KeepAspectRatio);
    const double whole = count * size.width() + (count - 1) * kGap;
    const double top = title + std::max(0.0, (room.height() - size.height()) / 2);
    return {QPointF((width() - whole) / 2 + index * (size.width() + kGap), top), size};
}

int MapStrip::heightForWidth(int width) const
{
    const int count = std::max(1, int(m_maps.size()));
    const QSize size = extent().isEmpty() ? QSize(1, 1) : extent();
    const int side = (width - kGap * (count - 1)) / count;
    return fontMetrics().height() + 6 + side * size.height() / size.width();
}

QString MapStrip::textOf(const MapCell &cell) const
{
    QStringList parts{tr("row %1").arg(cell.row), tr("column %1").arg(cell.column)};
    for (const StripMap &map : m_maps)
        parts << QStringLiteral("%1 %2").arg(map.title, valueText((*map.tensor)(0, 0, cell.row, cell.column)));
    return parts.join(QStringLiteral(" · "));
}

std::optional<std::pair<int, MapCell>> MapStrip::cellAt(QPointF point) const
{
    const QSize size = extent();
    for (int i = 0; i < int(m_maps.size()); ++i) {
        const QRectF rect = rectOf(i);
        if (!rect.contains(point))
            continue;
        const QPointF at = point - rect.topLeft();
        return std::pair(i, MapCell{std::clamp(int(at.y() / rect.height() * size.height()), 0, size.height() - 1),
                                    std::clamp(int(at.x() / rect.width() * size.width()), 0, size.width() - 1)});
    }
    return std::nullopt;
}

QPointF MapStrip::fractionOf(const MapCell &cell) const
{
    return {(cell.column + 0.5) / extent().width(), (cell.row + 0.5) / extent().height()};
}

void MapStrip::paintMark(QPainter &painter, const MapCell &cell, bool isSelected) const
{
    const Theme &theme = themeOf(palette());
    for (int i = 0; i < int(m_maps.size()); ++i) {
        const QRectF rect = rectOf(i);
        const double stepX = rect.width() / extent().width(), stepY = rect.height() / extent().height();
        QRectF mark(rect.x() + cell.column * stepX, rect.y() + cell.row * stepY, stepX, stepY);
        const double grow = std::max(1.0, (7 - mark.width()) / 2); // still seen where a cell is a dot
        mark.adjust(-grow, -grow, grow, grow);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(QColor(0, 0, 0, 200), isSelected ? 4 : 3)); // beneath, so that it shows on every colour
        painter.drawRect(mark);
        painter.setPen(QPen(isSelected ? theme.accent : QColor(255, 255, 255), isSelected ? 2 : 1));
        painter.drawRect(mark);
    }
}

void MapStrip::paintTitles(QPainter &painter) const
{
    QFont strong = font();
    strong.setBold(true);
    painter.setFont(strong);
    for (int i = 0; i < int(m_maps.size()); ++i) {
        const QRectF rect = rectOf(i);
        painter.setPen(m_maps[i].colour);
        painter.drawText(QRectF(rect.x(), rect.y() - fontMetrics().height() - 3, rect.width(), fontMetrics().height()),
                         Qt::AlignLeft, m_maps[i].title);
    }
}

void MapStrip::paintEvent(QPaintEvent *)
{
    const Theme &theme = themeOf(palette());
    QPainter painter(this);
    if (m_maps.empty()) {
        painter.setPen(theme.muted);
        painter.drawText(rect().adjusted(12, 0, -12, 0), Qt::AlignCenter | Qt::TextWordWrap, m_placeholder);
        return;
    }
    paintTitles(painter);
    for (int i = 0; i < int(m_maps.size()); ++i) {
        painter.drawImage(rectOf(i), m_pictures[i]);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(theme.border);
        painter.drawRect(rectOf(i));
    }
    if (m_hovered)
        paintMark(painter, *m_hovered, false);
    if (const auto cell = pixelCell())
        paintMark(painter, *cell, true);
    if (hasFocus()) {
        painter.setPen(QPen(theme.accent, 1, Qt::DotLine));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void MapStrip::mouseMoveEvent(QMouseEvent *event)
{
    const auto at = cellAt(event->position());
    m_hovered = at ? std::optional(at->second) : std::nullopt;
    update();
    if (at)
        emit hovered(at->second, (*m_maps[at->first].tensor)(0, 0, at->second.row, at->second.column));
    else
        emit hovered(std::nullopt, 0);
}

void MapStrip::mousePressEvent(QMouseEvent *event)
{
    if (const auto at = cellAt(event->position()))
        emit picked(fractionOf(at->second));
}

void MapStrip::keyPressEvent(QKeyEvent *event)
{
    const int dx = (event->key() == Qt::Key_Right) - (event->key() == Qt::Key_Left);
    const int dy = (event->key() == Qt::Key_Down) - (event->key() == Qt::Key_Up);
    if (m_maps.empty() || (dx == 0 && dy == 0))
        return QWidget::keyPressEvent(event);
    MapCell cell = pixelCell().value_or(MapCell{extent().height() / 2, extent().width() / 2});
    cell.row = std::clamp(cell.row + dy, 0, extent().height() - 1);
    cell.column = std::clamp(cell.column + dx, 0, extent().width() - 1);
    emit picked(fractionOf(cell));
}

void MapStrip::leaveEvent(QEvent *)
{
    m_hovered.reset();
    update();
    emit hovered(std::nullopt, 0);
}

} // namespace reslens::widgets
