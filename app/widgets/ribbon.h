// The network as a ribbon: the stream as a line, every block's branch as a box on it, every skip as an arc over it.
#pragma once

#include "models/block_model.h"
#include "widgets/ribbon_layout.h"

#include <QAbstractScrollArea>

namespace reslens::widgets {

class Ribbon : public QAbstractScrollArea {
    Q_OBJECT

public:
    /// `model` must outlive the ribbon.
    explicit Ribbon(const models::BlockModel &model, QWidget *parent = nullptr);

    /// Shown while the model has no rows.
    void setPlaceholder(const QString &text);
    /// -1 selects nothing.
    void setCurrentRow(int row);
    int currentRow() const { return m_current; }
    /// The box of `row` in viewport coordinates.
    QRectF boxOf(int row) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void currentRowChanged(int row);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    void layOut();
    void paintStages(QPainter &painter) const;
    void paintStream(QPainter &painter) const;
    void paintSkip(QPainter &painter, const RibbonCell &cell, bool isCurrent) const;
    void paintBox(QPainter &painter, int row) const;
    void showRow(int row);
    void setHovered(int row);
    QPointF toContents(QPointF point) const;

    const models::BlockModel &m_model;
    QString m_placeholder;
    RibbonLayout m_layout;
    int m_current = -1;
    int m_hovered = -1;
};

/// How skips are drawn: one entry per kind that the model has.
class RibbonLegend : public QWidget {
    Q_OBJECT

public:
    explicit RibbonLegend(const models::BlockModel &model, QWidget *parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {0, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::vector<models::SkipKind> kinds() const;
    const models::BlockModel &m_model;
};

} // namespace reslens::widgets
