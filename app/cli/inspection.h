// Everything that inspect finds out about one picture, before anyone prints it.
#pragma once

#include "analysis/gradient_flow.h"
#include "analysis/ledger.h"
#include "analysis/parameter_gradients.h"
#include "analysis/paths.h"
#include "analysis/question.h"
#include "analysis/response.h"
#include "analysis/skip.h"

#include <filesystem>
#include <memory>
#include <optional>

namespace reslens::cli {

struct InspectRequest {
    Tensor input; // one image
    nn::Objective objective;
    std::vector<nn::BlockScale> scales; // empty: all 1
};

struct Inspection {
    std::unique_ptr<nn::Trace> trace;
    std::unique_ptr<nn::Gradients> gradients;
    nn::Objective objective;
    std::vector<nn::BlockScale> scales;

    std::vector<analysis::BlockContribution> contributions; // these two: one per block
    analysis::GradientFlow flow;
    std::vector<analysis::Response> responses;
    std::optional<analysis::Ledger> ledger; // these two: none in a plain network
    std::optional<analysis::PathGradients> paths;
    std::vector<analysis::ParameterGradient> parameters;
};

/// Errors: the executor's and the analyses' own. The executor outlives the result.
Result<Inspection> inspectInput(nn::Executor &executor, const InspectRequest &request);

using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

/// Writes the tensors, and those of `more`, as .npy files into `folder`, which is made where it is missing: see
/// docs/cli.md.
Result<void> dump(const Inspection &found, const nn::Model &model, const Tensor &input, const NamedTensors &more,
                  const std::filesystem::path &folder);

} // namespace reslens::cli
