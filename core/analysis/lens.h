// The skip lens: what the network would answer if every branch after a block were dropped.
#pragma once

#include "analysis/ranking.h"
#include "analysis/traced_run.h"

namespace reslens::analysis {

struct LensDepth {
    int block = -1;   // the last whose branch counts; -1: the stem and the skips alone
    std::string name; // "stem", layer1.0
    std::vector<Prediction> top;
    std::string complaint; // "not finite: logits"; empty where all is well
};

struct LensRequest {
    int count = 5;                      // predictions at each depth
    std::vector<nn::BlockScale> scales; // empty: all 1
};

/// One entry for the stem and one for each block; the last is the whole network's answer. `input` is one image. Errors:
/// as lesionStudy().
Result<std::vector<LensDepth>> skipLens(nn::Executor &executor, const Tensor &input, const LensRequest &request,
                                        const Job &job = {});

} // namespace reslens::analysis
