// The network as a ribbon: the stream as a line, every block's branch as a box on it, every skip as an arc over it, and
// under each block how much of its sum and of its gradient came either way.
//
// Keys: Left, Right, Home, End select. B cuts and restores the branch, S the skip. C collapses and expands a stage,
// Shift+C all of them. Ctrl with plus, minus and 0 zooms. A collapsed stage is one step of the arrow keys: reaching it
// selects its first block, Enter expands it; B and S then do nothing, since no block is seen that they would change.
// A double-click on a box is B, on an arc S, on a collapsed stage Enter; Ctrl and the wheel zoom.
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

    /// Shown while the model has no rows.
    void setPlaceholder(const QString &text);
    /// -1 selects nothing.
    void setCurrentRow(int row);
    int currentRow() const { return m_current; }
    /// Marked as if the mouse were on it; -1 for none. Does not signal.
    void setHoveredRow(int row);
    int hoveredRow() const { return m_hovered; }
    /// Colours the boxes; one of models::blockQuantities(), which stays.
    void setQuantity(const study::Quantity &quantity);
    const study::Quantity &quantity() const { return *m_quantity; }

    void setStageCollapsed(int stage, bool isCollapsed);
    void setAllCollapsed(bool areCollapsed);
    bool isStageCollapsed(int stage) const { return m_view.collapsed.contains(stage); }
    /// Larger than 1: fewer, larger blocks. The block nearest to `anchor`, in the viewport, stays where it is.
    void zoomBy(double factor, double anchor);
    /// All blocks fit, if that leaves them readable.
    void resetZoom();

    /// Its keys, for the sheet that lists all of them.
    static ShortcutGroup shortcuts();

    /// In viewport coordinates: the box of `row`, or that of its collapsed stage.
    QRectF boxOf(int row) const;
    const RibbonLayout &ribbonLayout() const { return m_layout; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void currentRowChanged(int row);
    /// By the mouse; -1 where it left.
    void hoveredRowChanged(int row);
    /// A block's branch or skip shall be cut, or restored.
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
    void toggle(int row, float nn::BlockScale::*factor); // 0 and 1
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
