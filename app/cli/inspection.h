// All results of inspect for one picture, before they are printed.
#pragma once

#include "analysis/gradient_flow.h"
#include "analysis/ledger.h"
#include "analysis/parameter_gradients.h"
#include "analysis/paths.h"
#include "analysis/response.h"
#include "analysis/skip.h"
#include "study/subject.h"

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
    std::unique_ptr<study::Subject> subject;
    const nn::Gradients *gradients = nullptr; // owned by `subject`
    nn::Objective objective;                  // its target is the predicted class

    const nn::Trace &trace() const { return subject->trace(); }
    bool isScaled() const { return !subject->scales().empty(); }

    std::vector<analysis::BlockContribution> contributions; // this and the next: one per block
    analysis::GradientFlow flow;
    std::vector<analysis::Response> responses;
    std::optional<analysis::Ledger> ledger; // this and the next: empty in a plain network, and without ReLUs
    std::string whyNoLedger;                // a sentence, where the reason is not that the network is plain
    std::optional<analysis::PathGradients> paths;
    std::vector<analysis::ParameterGradient> parameters;
};

/// Errors: the executor's and the analyses' own. The executor outlives the result.
Result<Inspection> inspectInput(nn::Executor &executor, InspectRequest request);

using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

/// Writes the tensors and those of `more` as .npy files into `folder`, and creates it if necessary: see docs/cli.md.
Result<void> dump(const Inspection &found, const NamedTensors &more, const std::filesystem::path &folder);

} // namespace reslens::cli
