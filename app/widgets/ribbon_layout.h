// Where the ribbon puts the stem, the blocks, their additions and the stages: pure geometry.
#pragma once

#include "models/block_model.h"

#include <QRectF>

#include <vector>

namespace reslens::widgets {

struct RibbonCell {
    QRectF box;            // the block's branch F (or the stem, or the head)
    QPointF split, join;   // where the skip leaves the stream, and the addition; on the stream's line
    models::SkipKind skip; // None: no arc and no addition
};

struct RibbonStage {
    QRectF band;
    QString label; // "layer2"
    QString shape; // "128 × 28 × 28"
};

struct RibbonLayout {
    std::vector<RibbonCell> cells; // one per row of the model
    std::vector<RibbonStage> stages;
    double width = 0, height = 0;
    double line = 0; // y of the stream

    /// The row whose box, addition or arc is at `point`; -1 where there is none.
    int cellAt(QPointF point) const;
};

/// Fills `viewportWidth` where the blocks fit with boxes of a readable size, and is wider where they do not.
RibbonLayout layOutRibbon(const models::BlockModel &model, double viewportWidth);

} // namespace reslens::widgets
