// How much came by the skip and how much by the branch, as two parts of one bar. The shares sum to 1; where skip and
// branch oppose each other one of them is negative: it is then drawn by its magnitude, and hatched.
#pragma once

#include "models/block_model.h"
#include "widgets/theme.h"

#include <QPainter>

#include <optional>

namespace reslens::widgets {

enum class Direction { Forward, Gradient };

struct Shares {
    double skip = 0, branch = 0;
};

/// Of one bar; a bar without parts is an empty frame.
struct ShareBar {
    bool isKnown = false;         // numbers have arrived
    std::optional<Shares> shares; // nothing where they are not defined

    /// |skip| / (|skip| + |branch|): where the bar is divided.
    double division() const;
};

/// Of the blocks in rows firstRow ... lastRow: the mean of those that are defined.
ShareBar shareBarOf(const models::BlockModel &model, int firstRow, int lastRow, Direction direction);

void paintShareBar(QPainter &painter, const QRectF &rect, const ShareBar &bar, const Theme &theme);

} // namespace reslens::widgets
