// The lesion study of Veit et al. 2016 cuts one block's branch at a time and predicts again. The changes do not add up;
// they answer another question than the ledger and the gradient.
#pragma once

#include "analysis/ranking.h"
#include "analysis/traced_run.h"

namespace reslens::analysis {

struct Lesion {
    int block = 0;
    std::string name;
    double logitChange = 0;       // lesioned minus intact, for the target: negative if the block supported it
    double probabilityChange = 0; // the same
    int rank = 1;                 // of the target among all classes; 1 is the top
    Prediction top;               // the prediction without the block's branch
    std::string complaint;        // "not finite: logit"; empty if all is well
};

struct LesionStudy {
    int target = 0;
    Prediction intact; // the target's
    int intactRank = 1;
    std::vector<Lesion> blocks; // first to last
};

struct LesionRequest {
    int target = -1;                    // -1: the intact network's top class
    std::vector<nn::BlockScale> scales; // of the intact network; empty: all 1
};

/// `input` is one image. Errors: the executor's own, Cancelled included; InvalidInput: not one image, no such class,
/// scales for another number of blocks; Unsupported: a plain network.
Result<LesionStudy> lesionStudy(nn::Executor &executor, const Tensor &input, const LesionRequest &request,
                                const Job &job = {});

} // namespace reslens::analysis
