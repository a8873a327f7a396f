// What ties a chart over the blocks to the session: one selection, one block under the mouse, for all views.
#pragma once

#include "nn/network.h"
#include "widgets/plot.h"

namespace reslens::session {
class Session;
}

namespace reslens::widgets {
class DepthChart;
class TableView;
} // namespace reslens::widgets

namespace reslens::pages {

/// x of a block in a chart is its index; the stages are the segments of the axis.
std::vector<widgets::Segment> stagesOf(const nn::Network &network);

/// Clicking selects the block; the selected block and the one pointed at anywhere are marked.
void link(widgets::DepthChart &chart, session::Session &session);
/// The same for a table with one row for each block.
void link(widgets::TableView &table, session::Session &session);

} // namespace reslens::pages
