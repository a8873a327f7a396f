// The axes of a chart: what of a plot they span, and round numbers along them.
#pragma once

#include "widgets/plot.h"

class QAbstractAxis;

namespace reslens::widgets {

/// The plot's stages, or numbers; half a step wider than what is shown. The caller owns the axis, as the next.
QAbstractAxis *makeXAxis(const Plot &plot);
/// Linear with ticks at round numbers about zero, or logarithmic with at most a few decades labelled.
QAbstractAxis *makeYAxis(const Plot &plot);

/// Finite and, on a logarithmic axis, positive: the other points are gaps.
bool isShown(double y, bool isLogarithmic);

} // namespace reslens::widgets
