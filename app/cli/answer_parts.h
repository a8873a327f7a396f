// The parts of an answer that several commands share, as JSON and as text: predictions, the preprocessing, a block.
#pragma once

#include "analysis/ranking.h"
#include "audit/file_contents.h"
#include "cli/report.h"
#include "nn/model.h"
#include "nn/network.h"

#include <vector>

namespace reslens::cli {

/// [{"index", "label", "probability", "logit"}, …]
Json topJson(const std::vector<analysis::Prediction> &top);
/// {"resize", "crop", "mean", "std", "assumed", "source"}; a .npy has only the source.
Json preprocessJson(const nn::Preprocess &how, bool isTensorFile);

/// Returns one indented line per prediction.
QString topText(const std::vector<analysis::Prediction> &top);
/// [{"path", "prefix", "architecture", "tensors"}]; "problem" for one that cannot be opened.
Json networksJson(const audit::FileContents &contents);
/// " 97.31 %", or a dash where there is no probability.
QString percentText(double probability);
/// "logit 1.234", "value 1.234" of an output that makes no probability, or "not finite".
QString outputText(const analysis::Prediction &prediction);

/// {"name", "stage", "identity", "shape": [C,H,W] of y}. `shapes` comes from nn::layerShapes.
Json blockJson(const nn::Block &block, const std::vector<Shape> &shapes);
/// "64x56x56, identity shortcut"
QString blockText(const nn::Block &block, const std::vector<Shape> &shapes);

} // namespace reslens::cli
