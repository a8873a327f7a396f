// What is asked of a network about one image, where an analysis runs it many times: the class stays the same
// throughout.
#pragma once

#include "analysis/traced_run.h"
#include "nn/gradients.h"

namespace reslens::analysis {

struct Question {
    nn::Objective objective;
    std::vector<nn::BlockScale> scales; // empty: all 1
};

/// J of one image.
struct Answer {
    nn::ImageObjective objective;
    Tensor gradient; // dJ / d input, of the input's shape; empty from answer()
};

/// One forward pass in fast mode. `input` is one image. Errors: the executor's own; ErrorKind::InvalidInput: not one
/// image, and as nn::evaluate().
Result<Answer> answer(nn::Executor &executor, const Tensor &input, const Question &question, std::stop_token stop);

/// One forward pass with a trace and one backward pass. Errors: as answer(), and as nn::backward().
Result<Answer> differentiate(nn::Executor &executor, const Tensor &input, const Question &question,
                             std::stop_token stop);

/// `question` with the class that `resolved` found.
Question settled(Question question, const nn::ImageObjective &resolved);

} // namespace reslens::analysis
