#include "widgets/thumbnail_delegate.h"

#include "widgets/theme.h"

#include <QImage>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace reslens::widgets {

void ThumbnailDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Theme &theme = themeOf(option.palette);
    const auto thumbnail = index.data(Qt::DecorationRole).value<QImage>();
    const int side = std::min(option.decorationSize.width(), option.rect.height());
    QRectF square(0, 0, side, side);
    square.moveCenter(QRectF(option.rect).center());
    painter->save();
    painter->setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    QPainterPath clip;
    clip.addRoundedRect(square, 5, 5);
    painter->setClipPath(clip);
    painter->fillRect(square, theme.raised);
    if (!thumbnail.isNull()) {
        const double shorter = std::min(thumbnail.width(), thumbnail.height());
        painter->drawImage(
            square, thumbnail,
            QRectF((thumbnail.width() - shorter) / 2, (thumbnail.height() - shorter) / 2, shorter, shorter));
    }
    painter->setClipping(false);
    const bool isCurrent = option.state & QStyle::State_Selected;
    if (isCurrent || option.state & QStyle::State_MouseOver) {
        painter->setPen(QPen(theme.accent, isCurrent ? 3 : 1.5));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(square, 5, 5);
    }
    painter->restore();
}

} // namespace reslens::widgets
