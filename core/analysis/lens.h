// The skip lens: the network's answer if every branch after a block were dropped.
#pragma once

#include "analysis/ranking.h"
#include "analysis/traced_run.h"

namespace reslens::analysis {

struct LensDepth {
    int block = -1;   // the last block whose branch counts; -1: only the stem and the skips
    std::string name; // "stem", layer1.0
    std::vector<Prediction> top;
    std::string complaint; // "not finite: logits"; empty if all is well
};

struct LensRequest {
    int count = 5;                      // predictions at each depth
    std::vector<nn::BlockScale> scales; // empty: all 1
};

/// Gives one entry for the stem and one for each block; the last is the whole network's answer. `input` is one image.
/// Errors: as lesionStudy().
Result<std::vector<LensDepth>> skipLens(nn::Executor &executor, const Tensor &input, const LensRequest &request,
                                        const Job &job = {});

} // namespace reslens::analysis
