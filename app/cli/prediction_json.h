// The parts of an answer that classify and inspect share.
#pragma once

#include "analysis/ranking.h"
#include "cli/report.h"
#include "nn/model.h"

#include <vector>

namespace reslens::cli {

/// [{"index", "label", "probability", "logit"}, …]
Json topJson(const std::vector<analysis::Prediction> &top);
/// {"resize", "crop", "mean", "std", "assumed", "source"}; for a .npy only the source.
Json preprocessJson(const nn::Preprocess &how, bool isTensorFile);

/// One line for each prediction, indented.
QString topText(const std::vector<analysis::Prediction> &top);

} // namespace reslens::cli
