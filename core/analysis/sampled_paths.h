// Gradient magnitude by path length as Veit et al. 2016 (figure 6) estimate it: from single paths, drawn at random. The
// sum over all paths of a length is another quantity, because norms of single paths do not add up to the norm of their
// sum.
#pragma once

#include "analysis/numbers.h"
#include "analysis/traced_run.h"
#include "nn/gradients.h"

#include <cstdint>

namespace reslens::analysis {

struct SampledPathsRequest {
    nn::Objective objective;
    int samplesPerLength = 10; // if a length has at most this many paths, all of them are taken
    std::uint64_t seed = 1;
};

/// The paths through exactly `length` branches. They take the skips of the other blocks, projections included.
struct PathLength {
    int length = 0;
    double log10Count = 0; // log10 of the number of paths of this length: n! / (length! (n - length)!)
    int samples = 0;
    bool isComplete = false; // every path of this length, once each
    double mean = 0;         // of ||gradient at the stem's output through one path||
    double deviation = 0;    // standard deviation over the samples
    double smallest = 0, largest = 0;
    std::string complaint; // "not finite: mean"; empty if all is well
};

struct SampledPaths {
    nn::ImageObjective objective;
    std::vector<PathLength> lengths; // 0 ... number of blocks
};

/// The norm of the gradient at the stem's output through one path: alpha = 0, beta = 1 in the blocks of `branches`
/// (ascending), alpha = 1, beta = 0 in all others, backward only, with the masks of this image. The run's own scales
/// are ignored. Errors: as check(TracedRun), as nn::backward().
Result<double> pathGradientNorm(const TracedRun &run, const nn::Objective &objective, const std::vector<int> &branches,
                                const std::stop_token &stop = {});

/// Errors: as pathGradientNorm(), Cancelled included; InvalidInput: fewer than one sample; Unsupported: a plain
/// network, which has one path.
Result<SampledPaths> sampledPaths(const TracedRun &run, const SampledPathsRequest &request, const Job &job = {});

} // namespace reslens::analysis
