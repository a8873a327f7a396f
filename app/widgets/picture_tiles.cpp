#include "widgets/picture_tiles.h"

#include "widgets/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace reslens::widgets {

namespace {

constexpr int kGap = 5;
constexpr int kMargin = 3;
constexpr int kLargestScale = 16;

} // namespace

PictureTiles::PictureTiles(QWidget *parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void PictureTiles::setPictures(std::vector<QImage> pictures)
{
    m_pictures = std::move(pictures);
    m_current = std::clamp(m_current, 0, std::max(0, count() - 1));
    update();
}

void PictureTiles::setCurrent(int index)
{
    m_current = index;
    setAccessibleDescription(tr("filter %1 of %2").arg(index).arg(count()));
    update();
}

/// The largest scale at which all tiles fit.
PictureTiles::Layout PictureTiles::layOut() const
{
    if (m_pictures.empty())
        return {};
    const QSize size = m_pictures.front().size();
    for (int scale = kLargestScale; scale > 1; --scale) {
        const int columns = (width() - 2 * kMargin + kGap) / (size.width() * scale + kGap);
        if (columns < 1)
            continue;
        const int rows = (count() + columns - 1) / columns;
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
    for (int i = 0; i < count(); ++i)
        if (tileRect(i).adjusted(-kGap / 2, -kGap / 2, kGap / 2, kGap / 2).contains(point))
            return i;
    return -1;
}

void PictureTiles::paintEvent(QPaintEvent *)
{
    const Theme &theme = themeOf(palette());
    QPainter painter(this);
    for (int i = 0; i < count(); ++i) {
        const QRect rect = tileRect(i);
        painter.drawImage(rect, m_pictures[std::size_t(i)]);
        if (i != m_current)
            continue;
        painter.setPen(QPen(theme.accent, hasFocus() ? 3 : 2));
        painter.drawRect(rect.adjusted(-2, -2, 1, 1));
    }
}

void PictureTiles::choose(int index)
{
    if (index < 0 || index >= count() || index == m_current)
        return;
    setCurrent(index);
    emit currentChanged(index);
}

void PictureTiles::mousePressEvent(QMouseEvent *event)
{
    choose(indexAt(event->pos()));
}

void PictureTiles::mouseMoveEvent(QMouseEvent *event)
{
    emit hovered(indexAt(event->pos()));
}

void PictureTiles::leaveEvent(QEvent *)
{
    emit hovered(-1);
}

void PictureTiles::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Left:
        return choose(m_current - 1);
    case Qt::Key_Right:
        return choose(m_current + 1);
    case Qt::Key_Up:
        return choose(m_current - layOut().columns);
    case Qt::Key_Down:
        return choose(m_current + layOut().columns);
    default:
        QWidget::keyPressEvent(event);
    }
}

} // namespace reslens::widgets
