// Connects a chart over the blocks to the session, so that all views share one selection and one block under the
// mouse.
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

/// The stages are the segments of the axis; x of a block is its index.
std::vector<widgets::Segment> stagesOf(const nn::Network &network);

/// Makes a curve for each quantity of `chart` that has a value in some block. The name of an only curve is empty.
std::vector<widgets::Curve> curvesIn(study::Chart chart, const std::vector<study::BlockFacts> &blocks,
                                     const widgets::Theme &theme);

/// A click selects the block. The selected block and the hovered one are marked.
void link(widgets::DepthChart &chart, session::Session &session);
/// Connects a table with one row per block.
void link(widgets::TableView &table, session::Session &session);

} // namespace reslens::pages
