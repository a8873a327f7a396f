// One model's answer about one picture, and its costs. The Compare view and `reslens-cli compare` show several side by
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

/// Limits on the number of models side by side.
constexpr int kFewestCompared = 2, kMostCompared = 6;

/// One block. `depth` is b / n with b counted from 1: the stem is at 0 and the last block at 1 in every network. The
/// gradient is that of log p of the network's own top class.
struct DepthPoint {
    double depth = 0;
    analysis::BlockContribution forward; // without channels
    analysis::BlockFlow gradient;

    /// Empty for a quantity that compares skip and branch if the block is plain: it has no sum to have a share of.
    std::optional<double> value(const study::Quantity &quantity) const;
    /// Returns "not finite: F"; empty if all is well.
    std::string complaint() const;
};
/// Returns the quantities of a block that a comparison shows: all those of one run.
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
    std::vector<std::string> labels; // empty if nobody has named the classes
    nn::Forward forward;             // logits and probabilities; no times
    std::vector<analysis::Prediction> top;

    std::int64_t parameters = 0, macs = 0;
    double passMs = 0;           // one forward pass in fast mode, from submit to result
    std::vector<PartTime> times; // of one such pass; empty if the executor measures none
    std::size_t memoryBytes = 0; // in use on the device afterwards by all open models
    std::vector<DepthPoint> blocks;
    std::vector<analysis::LensDepth> lens;
    std::string whyNoLens; // a sentence, if `lens` is empty
};

/// Progress counts the passes of the lens and three more steps. Errors: the executor's and the analyses' own.
Result<ModelSummary> summarise(Subject &subject, const analysis::Job &job);

/// Returns b / n of the block with this index, and 0 for the stem (-1).
double relativeDepth(int block, int blockCount);

/// Returns the first lens entry from which on the top class is the whole network's. Empty without a lens, or if the
/// whole network's answer is not finite.
std::optional<std::size_t> decidedAt(const std::vector<analysis::LensDepth> &lens);

/// Compares the answer of `other` with that of `first`. Classes are matched by their names, or by index if both models
/// have the same names.
struct Agreement {
    bool isSameTop = false;
    std::optional<int> rank; // of the first's top class; empty if `other` has no class of that name
};
Agreement agreement(const ModelSummary &first, const ModelSummary &other);

} // namespace reslens::session
