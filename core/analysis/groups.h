// ResNeXt (Xie et al. 2017): a block's F as the sum over its 32 or 64 groups' paths.
#pragma once

#include "analysis/numbers.h"
#include "analysis/traced_run.h"

namespace reslens::analysis {

/// With r the input of the branch's last convolution W, and a, d the factor and the shift of the next batch norm, F =
/// sum over g of F_g + d, where F_g = a * sum over the channels c of group g of W_c r_c. The shift belongs to no group.
/// It is a separate part, so that the parts sum to F.
struct GroupPart {
    double norm = 0; // ||F_g||
    Ratio share;     // <F_g, F> / <F, F>
};

struct GroupContributions {
    int block = 0;
    std::vector<GroupPart> groups;
    GroupPart bias;
    double F = 0;   // norm
    Ratio residual; // ||sum of the parts - F|| / ||F||
};

/// Runs on the CPU and costs as much as the convolution itself. Errors: as check(TracedRun), checkBlock(), the trace's
/// own; Unsupported: the block's convolutions have no groups; Cancelled, between two channels.
Result<GroupContributions> groupsOf(const TracedRun &run, int block, const std::stop_token &stop = {});

} // namespace reslens::analysis
