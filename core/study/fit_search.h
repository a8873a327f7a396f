// Finds how pictures were prepared for a network, and which of its variants it is, by what its batch norms remember.
#pragma once

#include "analysis/fit.h"
#include "nn/preprocess.h"
#include "nn/variant.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace reslens::study {

struct FitCandidate {
    std::string name; // "ImageNet (torchvision)", "current, without the stem's pool"
    nn::Preprocess preprocess;
    nn::Variant variant; // changes to the network as it is open
    analysis::Fit fit;
    bool isCurrent = false;
};

/// What the search needs of the program.
struct FitServices {
    /// The open model with this change; an error leaves the variant out.
    std::function<Result<std::shared_ptr<const nn::Model>>(const nn::Variant &)> openVariant;
    std::function<Result<std::unique_ptr<nn::Executor>>(std::shared_ptr<const nn::Model>)> makeExecutor;
    int pictures = 0;
    /// Picture number `index` as the network's input.
    std::function<Result<Tensor>(int index, const nn::Preprocess &how)> prepare;
};

/// Every usual normalisation in the network as it is, and every variant that its tensors allow with the current one:
/// the best fit first. Errors: those of the pictures and of the executor; Unsupported: the network has no batch norms.
Result<std::vector<FitCandidate>> searchFit(const nn::Model &model, const FitServices &services,
                                            const analysis::Job &job);

/// A candidate fits far better than another if its fit is less than this share of it.
constexpr double kFarBetter = 0.5;
/// Fits that differ less than this are as good: the current one comes first then.
constexpr double kAsGood = 1.1;
/// The first candidate, if the current one fits far worse; else null.
const FitCandidate *betterThanCurrent(const std::vector<FitCandidate> &candidates);

/// What the statistics cannot tell: "order", "dilate".
std::vector<std::string> whatFitCannotTell();

} // namespace reslens::study
