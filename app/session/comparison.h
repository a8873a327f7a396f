// One model's answer about one picture, and its costs: the Compare view and `reslens-cli compare` set several side by
// side.
#pragma once

#include "analysis/lens.h"
#include "analysis/numbers.h"
#include "session/subject.h"
#include "study/quantity.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace reslens::session {

/// How many models can be set side by side.
constexpr int kFewestCompared = 2, kMostCompared = 6;

/// One block. `depth` is b / n, b counting from 1: the stem is at 0, the last block at 1, in every network. The
/// gradient is that of log p of the network's own top class.
struct DepthPoint {
    double depth = 0;
    analysis::BlockContribution forward; // without channels
    analysis::BlockFlow gradient;

    /// A plain block has no value of what compares skip and branch: there is no sum to have a share of.
    std::optional<double> value(const study::Quantity &quantity) const;
    /// "not finite: F"; empty where all is well.
    std::string complaint() const;
};
/// What a comparison tells of every block: all that a run finds out.
std::vector<const study::Quantity *> comparedQuantities();

/// The device's time in one part of the network: "stem", "stage 1" …, "head".
struct PartTime {
    std::string name;
    double ms = 0;
};

struct ModelSummary {
    std::string name, path, architecture, device;
    bool hasShortcuts = true;
    nn::Preprocess preprocess;
    std::vector<std::string> labels;
    nn::Forward forward; // logits and probabilities; no times
    std::vector<analysis::Prediction> top;

    std::int64_t parameters = 0, macs = 0;
    double passMs = 0;           // of one forward pass in fast mode, from submit to result
    std::vector<PartTime> times; // of one such pass; empty where the executor measures none
    std::size_t memoryBytes = 0; // in use on the device afterwards, by all models that are open there
    std::vector<DepthPoint> blocks;
    std::vector<analysis::LensDepth> lens;
    std::string whyNoLens; // a sentence where `lens` is empty
};

/// Progress counts the passes of the lens and three more steps. Errors: the executor's and the analyses' own.
Result<ModelSummary> summarise(Subject &subject, const analysis::Job &job);

/// b / n of the block with this index; the stem's (-1) is 0.
double relativeDepth(int block, int blockCount);

/// The lens entry from which on the top class is that of the whole network; nothing where there is no lens, or where
/// the whole network's answer is not finite.
std::optional<std::size_t> decidedAt(const std::vector<analysis::LensDepth> &lens);

/// How `other` answers the question that `first` has answered. Classes are matched by their names,
/// or by their places where both have the same names.
struct Agreement {
    bool isSameTop = false;
    std::optional<int> rank; // of the first's top class; nothing where `other` has no class of that name
};
Agreement agreement(const ModelSummary &first, const ModelSummary &other);

} // namespace reslens::session
