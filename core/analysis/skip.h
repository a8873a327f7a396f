// How much of a block's sum u = alpha * s + beta * F comes from the skip, how much from the branch, and what the ReLU
// then removes. docs/decompositions.md has the definitions; all tensors are one image's.
#pragma once

#include "analysis/numbers.h"
#include "analysis/traced_run.h"

namespace reslens::analysis {

enum class ChannelRole {
    Dead,      // u is 0 in the whole channel
    Skip,      // sigma_F below kMixFrom: the channel passes through
    Mix,       // between these two limits
    Overwrite, // sigma_F above kOverwriteFrom: the branch decides
};
constexpr double kMixFrom = 0.25, kOverwriteFrom = 0.75; // our limits; Longon 2024 names the kinds without limits

struct ChannelContribution {
    double s = 0, F = 0, u = 0; // norms over the channel's pixels
    Ratio branchShare;          // sigma_F of this channel alone
    ChannelRole role = ChannelRole::Dead;
};

/// The contributions of one block. A plain block has no s: its numbers are 0, its ratios are undefined, and the
/// branch's share is 1.
struct BlockContribution {
    int block = 0;
    std::string name;
    int stage = 1;
    bool isIdentity = false, hasShortcut = false;
    Shape shape; // of s, F, u, y; n = 1
    nn::BlockScale scale;

    Magnitude x, s, F, u, y;      // s and F before they are scaled
    Ratio skipShare, branchShare; // alpha <s,u> / <u,u>, beta <F,u> / <u,u>: their sum is 1
    Ratio residualRatio;          // ||F|| / ||s||
    Ratio alignment;              // cos(s, F)
    Ratio refinement;             // cos(x, y), identity blocks only (Greff et al. 2017)
    Ratio clippedShare;           // of elements with u <= 0; this and what follows is of networks with ReLUs
    Ratio clippedEnergy;          // of ||u||^2 that the ReLU removes
    bool hasThreeWays = false;    // in identity blocks. Next: norms of four parts that sum to y - x, with m = [u > 0]:
    double write = 0, erase = 0;  // m * max(beta F, 0), m * min(beta F, 0)
    double kill = 0;              // -x * (1 - m); only a negative F can remove a feature, since x >= 0 after a ReLU
    double rescale = 0;           // m * (alpha - 1) x: 0 in the trained network
    Ratio fit; // to the training: the largest of its batch norms, see fit.h; of all images of the trace
    std::vector<ChannelContribution> channels;

    bool isDead = false;   // y is 0 everywhere
    std::string complaint; // "not finite: F, u"; empty if all is well
};

/// Without the fit. Errors: as check(TracedRun), checkBlock(), and the trace's own.
Result<BlockContribution> contributionOf(const TracedRun &run, int block);
/// All blocks, first to last. Errors as contributionOf(), and Cancelled between two blocks.
Result<std::vector<BlockContribution>> contributionsOf(const TracedRun &run, const std::stop_token &stop = {});

/// sqrt(sum over c of value^2) at every pixel, each (1, 1, H, W); `s` is empty in a plain block.
struct BlockMaps {
    Tensor s, F, u;
};
Result<BlockMaps> mapsOf(const TracedRun &run, int block);

} // namespace reslens::analysis
