// Colours for things of one kind that lie side by side, such as models: told apart by colour-blind eyes too, and never
// those of skip and branch.
#pragma once

#include "widgets/theme.h"

#include <Qt>

namespace reslens::widgets {

constexpr int kSeriesColours = 6;

/// The first kSeriesColours differ; then they begin anew.
QColor seriesColour(const Theme &theme, int index);
/// A second way to tell them apart, for lines.
Qt::PenStyle seriesStyle(int index);

} // namespace reslens::widgets
