// The network as a ribbon. The stream is a line, every block's branch a box on it, and every skip an arc over it. Bars
// under each block show its shares of the sum and of the gradient.
//
// Keys: Left, Right, Home, End select. B cuts and restores the branch, S the skip. C collapses and expands a stage,
// Shift+C all of them. Ctrl with plus, minus and 0 zooms. A collapsed stage is one step of the arrow keys: reaching it
// selects its first block, and Enter expands it. B and S then do nothing, since their block is not visible. A
// double-click on a box is B, on an arc S, on a collapsed stage Enter. Ctrl and the wheel zoom.
#pragma once

#include "models/block_model.h"
#include "widgets/ribbon_guides.h"
#include "widgets/ribbon_layout.h"
#include "widgets/shortcut_overlay.h"

#include <QAbstractScrollArea>

namespace reslens::widgets {

class RibbonMinimap;

class Ribbon : public QAbstractScrollArea {
    Q_OBJECT

public:
    /// `model` must outlive the ribbon.
    explicit Ribbon(const models::BlockModel &model, QWidget *parent = nullptr);

    /// Shown if the model has no rows.
    void setPlaceholder(const QString &text);
    /// -1 selects nothing.
    void setCurrentRow(int row);
    int currentRow() const { return m_current; }
    /// Marks a row as if the mouse were on it; -1: none. Does not signal.
    void setHoveredRow(int row);
    int hoveredRow() const { return m_hovered; }
    /// Colours the boxes by one of models::blockQuantities(), which must outlive the ribbon.
    void setQuantity(const study::Quantity &quantity);
    const study::Quantity &quantity() const { return *m_quantity; }

    void setStageCollapsed(int stage, bool isCollapsed);
    void setAllCollapsed(bool areCollapsed);
    bool isStageCollapsed(int stage) const { return m_view.collapsed.contains(stage); }
    /// A factor above 1 makes fewer, larger blocks. The block nearest to `anchor`, in the viewport, stays in place.
    void zoomBy(double factor, double anchor);
    /// Fits all blocks if they stay readable.
    void resetZoom();

    /// Returns its keys for the sheet of all shortcuts.
    static ShortcutGroup shortcuts();

    /// Returns the box of `row`, or that of its collapsed stage, in viewport coordinates.
    QRectF boxOf(int row) const;
    const RibbonLayout &ribbonLayout() const { return m_layout; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void currentRowChanged(int row);
    /// The row under the mouse; -1 when it leaves.
    void hoveredRowChanged(int row);
    /// Asks to cut or restore a block's branch or skip.
    void scaleRequested(int block, reslens::nn::BlockScale scale);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    bool event(QEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    void startOver();
    void layOut();
    void placeMinimap();
    void showNumbers();
    void showRow(int row);
    void hover(int row);
    void step(int cells);
    void toggle(int row, float nn::BlockScale::*factor); // between 0 and 1
    void toggleStageOf(int row);
    bool zoomByKey(const QKeyEvent &event);
    bool editByKey(const QKeyEvent &event);
    bool isChangeable(int row) const;
    QString toolTipAt(QPointF point) const;
    QPointF toContents(QPointF point) const;

    const models::BlockModel &m_model;
    const study::Quantity *m_quantity;
    QString m_placeholder;
    RibbonView m_view;
    RibbonLayout m_layout;
    RibbonMinimap *m_minimap;
    int m_current = -1, m_hovered = -1;
};

} // namespace reslens::widgets
