#include "widgets/ribbon_layout.h"

#include <algorithm>
#include <cmath>

namespace reslens::widgets {

namespace {

constexpr double kMargin = 10;
constexpr double kEndWidth = 46;                // of the stem's and the head's box
constexpr double kSmallest = 26, kLargest = 88; // of a block's box
constexpr double kGap = 20;                     // between boxes: room for a split and an addition
constexpr double kStageGap = 12;
constexpr double kBoxHeight = 40;
constexpr double kTop = 2;
constexpr double kLabelHeight = 24;
constexpr double kArcHeight = 30;
constexpr double kBottom = 12;
constexpr double kSplitShare = 0.28, kJoinShare = 0.38; // of the gap: distance from the box

constexpr double kBoxTop = kTop + kLabelHeight + kArcHeight;
constexpr double kHeight = kBoxTop + kBoxHeight + kBottom;

struct Counts {
    int blocks = 0, stages = 0;
};

Counts count(const models::BlockModel &model)
{
    Counts counts;
    for (int row = 0; row < model.rowCount(); ++row) {
        counts.blocks += model.row(row).kind == models::BlockRow::Kind::Block;
        counts.stages = std::max(counts.stages, model.row(row).stage);
    }
    return counts;
}

double boxWidth(const Counts &counts, double viewportWidth)
{
    const double fixed = 2 * (kMargin + kEndWidth + kGap) + (counts.stages + 1) * kStageGap + counts.blocks * kGap;
    return std::clamp((viewportWidth - fixed) / std::max(1, counts.blocks), kSmallest, kLargest);
}

void centre(RibbonLayout &layout, double viewportWidth)
{
    const double shift = std::max(0.0, std::floor((viewportWidth - layout.width) / 2));
    for (RibbonCell &cell : layout.cells) {
        cell.box.translate(shift, 0);
        cell.split.rx() += shift;
        cell.join.rx() += shift;
    }
    for (RibbonStage &stage : layout.stages)
        stage.band.translate(shift, 0);
    layout.width += shift;
}

} // namespace

RibbonLayout layOutRibbon(const models::BlockModel &model, double viewportWidth)
{
    RibbonLayout layout;
    layout.height = kHeight;
    layout.line = kBoxTop + kBoxHeight / 2;
    const double blockWidth = boxWidth(count(model), viewportWidth);
    double x = kMargin;
    int stage = 0;
    for (int row = 0; row < model.rowCount(); ++row) {
        const models::BlockRow &place = model.row(row);
        const bool isBlock = place.kind == models::BlockRow::Kind::Block;
        if (row > 0 && (place.stage != stage || !isBlock))
            x += kStageGap;
        const double left = x + (isBlock ? kGap / 2 : 0);
        const QRectF box(left, kBoxTop, isBlock ? blockWidth : kEndWidth, kBoxHeight);
        const double end = box.right() + (isBlock ? kGap / 2 : 0);
        if (isBlock && place.stage != stage)
            layout.stages.push_back({QRectF(x, kTop, 0, kHeight - kTop), QString("layer%1").arg(place.stage),
                                     models::planeText(place.shape)});
        if (isBlock)
            layout.stages.back().band.setRight(end);
        layout.cells.push_back({box, QPointF(box.left() - kGap * kSplitShare, layout.line),
                                QPointF(box.right() + kGap * kJoinShare, layout.line), place.skip});
        stage = place.stage;
        x = end;
    }
    layout.width = x + kMargin;
    centre(layout, viewportWidth);
    return layout;
}

int RibbonLayout::cellAt(QPointF point) const
{
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const RibbonCell &cell = cells[i];
        const bool hasSkip = cell.skip != models::SkipKind::None;
        const QRectF area = hasSkip ? QRectF(QPointF(cell.split.x(), kBoxTop - kArcHeight),
                                             QPointF(cell.join.x() + 5, cell.box.bottom()))
                                    : cell.box;
        if (area.contains(point))
            return int(i);
    }
    return -1;
}

} // namespace reslens::widgets
