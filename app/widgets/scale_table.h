// Shows a models::ScaleModel: for each block a check mark, a slider and a number for its skip, and the same for its
// branch. The mouse drags sliders; a double click, F2 or a digit opens the number; Space turns the check mark.
#pragma once

#include <QStyledItemDelegate>
#include <QTableView>

namespace reslens::widgets {

class ScaleDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    explicit ScaleDelegate(QObject *parent = nullptr) : QStyledItemDelegate(parent) {}

    /// Limits the numbers. The slider always goes from 0 to 2.
    void setLimits(double smallest, double largest);

    /// Returns the place of the slider in a cell of `rect`.
    static QRectF grooveIn(const QRect &rect, const QFont &font);
    static constexpr double kSliderEnd = 2;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QWidget *createEditor(QWidget *parent, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    void setModelData(QWidget *editor, QAbstractItemModel *model, const QModelIndex &index) const override;

private:
    double m_smallest = 0, m_largest = 2;
};

class ScaleTable : public QTableView {
    Q_OBJECT

public:
    explicit ScaleTable(QWidget *parent = nullptr);

    void setLimits(double smallest, double largest) { m_delegate->setLimits(smallest, largest); }
    void setModel(QAbstractItemModel *model) override;
    /// -1: none.
    void setCurrentBlock(int block);

signals:
    void currentBlockChanged(int block); // by the person
    void hoveredBlock(int block);        // -1: none

protected:
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void spreadRows();
    void drag(const QPoint &point, int role);

    ScaleDelegate *m_delegate;
    QPersistentModelIndex m_dragged;
    bool m_isSetting = false;
};

} // namespace reslens::widgets
