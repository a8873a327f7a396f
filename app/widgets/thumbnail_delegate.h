// Paints a thumbnail cropped to a square with rounded corners; the current one is framed.
#pragma once

#include <QStyledItemDelegate>

namespace reslens::widgets {

class ThumbnailDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace reslens::widgets
