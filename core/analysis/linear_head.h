// What a logit is made of behind the average pool: J = <weights, features> + bias.
#pragma once

#include "analysis/traced_run.h"

#include <vector>

namespace reslens::analysis {

/// Exact for a head of one linear layer: the weights are a row of it. A head of several layers is replaced by its
/// gradient at this image's features, which its ReLUs leave exact for this image alone; then `bias` is what remains of
/// J.
struct LinearHead {
    std::vector<double> weights; // one per feature
    double bias = 0;
    bool isGradient = false; // the head has several layers
};

/// For the logit of `target`, or its difference to that of `against` (-1: none). Classes must be valid. `value` is J.
/// Errors: as nn::backward().
Result<LinearHead> linearHead(const TracedRun &run, int target, int against, double value);

} // namespace reslens::analysis
