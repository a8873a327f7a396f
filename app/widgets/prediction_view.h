// The top predictions as a list: name and probability, a bar, the logit.
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

/// Shows a models::PredictionModel. Copying gives all its columns as tab-separated text.
class PredictionView : public QListView {
    Q_OBJECT

public:
    explicit PredictionView(QWidget *parent = nullptr);

    void copy() const;
    /// Shown while the list is empty.
    void setPlaceholder(const QString &text);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {160, sizeHint().height()}; }

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_placeholder;
};

} // namespace reslens::widgets
