// A residual block as JSON and as text.
#pragma once

#include "cli/report.h"
#include "nn/network.h"

#include <vector>

namespace reslens::cli {

/// {"name", "stage", "identity", "shape": [C,H,W] of y}; `shapes` as nn::layerShapes gives them.
Json blockJson(const nn::Block &block, const std::vector<Shape> &shapes);
/// "64x56x56, identity shortcut"
QString blockText(const nn::Block &block, const std::vector<Shape> &shapes);

} // namespace reslens::cli
