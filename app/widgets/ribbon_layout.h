// The geometry of the ribbon: the places of the stem, the blocks, their additions, their bars and the stages.
#pragma once

#include "models/block_model.h"

#include <QRectF>

#include <optional>
#include <set>
#include <vector>

namespace reslens::widgets {

/// One box: a row of the model, or all blocks of a collapsed stage.
struct RibbonCell {
    int firstRow = 0, lastRow = 0;
    bool isStage = false;           // a collapsed stage
    QRectF area;                    // everything of the cell; areas do not overlap
    QRectF box;                     // the block's branch F (or the stem, or the head)
    QPointF split, join;            // where the skip leaves the stream, and the addition; both on the stream's line
    models::SkipKind skip;          // None: no arc and no addition
    QRectF forwardBar, gradientBar; // empty for stem and head

    bool contains(int row) const { return firstRow <= row && row <= lastRow; }
};

struct RibbonStage {
    int stage = 1;
    bool isCollapsed = false;
    QRectF band;
    QRectF heading; // the part that collapses and expands the stage
    QString label;  // "layer2"
    QString shape;  // "128 × 28 × 28"
};

/// The layout depends on these values and on the network.
struct RibbonView {
    double viewportWidth = 0;
    double scale = 1;            // scales all sizes; 1 at the usual font size
    std::optional<double> pitch; // block to block, when zoomed; empty: all fits if the boxes stay readable
    std::set<int> collapsed;     // stages
};

struct RibbonLayout {
    std::vector<RibbonCell> cells; // from left to right
    std::vector<RibbonStage> stages;
    double width = 0, height = 0;
    double line = 0;                             // y of the stream
    double scale = 1;                            // RibbonView's
    double pitch = 0, smallest = 0, largest = 0; // block to block, and its limits when zooming
    double joinRadius = 0, arcRise = 0;          // an addition's; the height of the arcs' control points over the line

    /// Returns an index in cells, or -1.
    int cellAt(QPointF point) const;
    int cellOf(int row) const;
    /// Returns the index in stages of the heading at `point`, or -1.
    int headingAt(QPointF point) const;
};

/// Fills the viewport if boxes of a readable size fit. Otherwise the layout is wider.
RibbonLayout layOutRibbon(const models::BlockModel &model, const RibbonView &view);

} // namespace reslens::widgets
