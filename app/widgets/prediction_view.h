// The top predictions as a list of bars: name and probability, the bar, the logit.
#pragma once

#include <QListView>
#include <QStyledItemDelegate>

namespace reslens::widgets {

class PredictionDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

/// Shows a models::PredictionModel; copying gives all its columns as tab-separated text.
class PredictionView : public QListView {
    Q_OBJECT

public:
    explicit PredictionView(QWidget *parent = nullptr);

    void copy() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {160, 120}; }

protected:
    void keyPressEvent(QKeyEvent *event) override;
};

} // namespace reslens::widgets
