// The question of an analysis that runs a network many times on one image. The class stays the same in all runs.
#pragma once

#include "analysis/traced_run.h"
#include "nn/gradients.h"

namespace reslens::analysis {

struct Question {
    nn::Objective objective;
    std::vector<nn::BlockScale> scales; // empty: all 1
};

/// The objective's value and gradient for one image.
struct Answer {
    nn::ImageObjective objective;
    Tensor gradient; // dJ / d input, of the input's shape; empty from answer()
};

/// Runs one forward pass in fast mode. `input` is one image. Errors: the executor's own; InvalidInput: not one image,
/// and as nn::evaluate().
Result<Answer> answer(nn::Executor &executor, const Tensor &input, const Question &question,
                      const std::stop_token &stop);

/// Runs one forward pass with a trace and one backward pass. Errors: as answer(), and as nn::backward().
Result<Answer> differentiate(nn::Executor &executor, const Tensor &input, const Question &question,
                             const std::stop_token &stop);

/// `question` with its class replaced by the one in `resolved`.
Question settled(Question question, const nn::ImageObjective &resolved);

} // namespace reslens::analysis
