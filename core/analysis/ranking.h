// The classes a network finds most likely.
#pragma once

#include "nn/executor.h"

#include <string>
#include <vector>

namespace reslens::analysis {

struct Prediction {
    int index = 0;
    std::string label;
    float probability = 0, logit = 0;
};

/// The `count` largest logits of image `image`, largest first, ties by class index; all, if there are fewer. A NaN
/// ranks below every number.
std::vector<Prediction> topPredictions(const nn::Forward &forward, int image, const std::vector<std::string> &labels,
                                       int count);

/// The place of class `index` in that order: 1 is the top.
int rankOf(const nn::Forward &forward, int image, int index);

} // namespace reslens::analysis
