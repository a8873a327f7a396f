// Draws the ribbon from its layout: skips as arcs, branches as boxes, cut ones broken, shares as bars.
#pragma once

#include "widgets/block_marks.h"
#include "widgets/ribbon_layout.h"

#include <QPainter>

namespace reslens::widgets {

/// The values to draw, at one moment.
struct RibbonScene {
    const models::BlockModel &model;
    const RibbonLayout &layout;
    const Theme &theme;
    const QuantityColours &colours;
    QFont font;
    int currentCell = -1, currentRow = -1, hoveredCell = -1;
    bool hasFocus = false;
};

class RibbonPainter {
public:
    RibbonPainter(QPainter &painter, const RibbonScene &scene) : m_painter(painter), m_scene(scene) {}

    /// Paints only the part between `left` and `right`.
    void paint(double left, double right);

private:
    void paintStage(const RibbonStage &stage);
    void paintStream();
    void paintBarNames();
    void paintSkip(const RibbonCell &cell, bool isCurrent);
    void paintArc(const RibbonCell &cell, bool isCurrent, bool isCut);
    void paintFactor(const RibbonCell &cell, float alpha);
    void paintAddition(const RibbonCell &cell);
    void paintBox(int index);
    void paintStack(const RibbonCell &cell);
    void paintCross(const QRectF &box, const QColor &colour);
    void paintFocus(const QRectF &box);
    void paintWords(int index, const QColor &colour);
    void paintBars(const RibbonCell &cell);
    void paintComplaint(const RibbonCell &cell);

    QStringList wordsOf(const RibbonCell &cell) const;
    bool isBlock(const RibbonCell &cell) const { return m_scene.model.blockOf(cell.firstRow) >= 0; }
    /// Returns the scale of a single block. A stage has none.
    nn::BlockScale scaleOf(const RibbonCell &cell) const;
    QColor fillOf(int index) const;
    QFont sized(double factor, bool isBold = false) const;
    double px(double pixels) const { return pixels * m_scene.layout.scale; }

    QPainter &m_painter;
    const RibbonScene &m_scene;
};

} // namespace reslens::widgets
