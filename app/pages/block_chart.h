// Ties a chart over the blocks to the session: one selection, one block under the mouse, for all views.
#pragma once

#include "nn/network.h"
#include "study/quantity.h"
#include "widgets/plot.h"

namespace reslens::session {
class Session;
}

namespace reslens::widgets {
class DepthChart;
class TableView;
struct Theme;
} // namespace reslens::widgets

namespace reslens::pages {

/// x of a block in a chart is its index; the stages are the segments of the axis.
std::vector<widgets::Segment> stagesOf(const nn::Network &network);

/// A curve for each quantity of `chart` that has a value in some block, the first one's name empty where it is the only
/// one.
std::vector<widgets::Curve> curvesIn(study::Chart chart, const std::vector<study::BlockFacts> &blocks,
                                     const widgets::Theme &theme);

/// Clicking selects the block; the selected block and the one pointed at anywhere are marked.
void link(widgets::DepthChart &chart, session::Session &session);
/// The same for a table with one row for each block.
void link(widgets::TableView &table, session::Session &session);

} // namespace reslens::pages
