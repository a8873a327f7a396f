// How the gradient divides on its way back: at every block into what returns through the skip and what through the
// branch. Definitions as in docs/decompositions.md.
#pragma once

#include "analysis/numbers.h"
#include "nn/gradient_sums.h"

namespace reslens::analysis {

/// Of one block. In a plain block there is no g_s: its numbers are 0, the cosine is not defined, the branch's share
/// is 1.
struct BlockFlow {
    int block = 0;
    std::string name;
    int stage = 1;
    bool isIdentity = false, hasShortcut = false;
    Magnitude gy, gs, gF, gx;     // g_s = alpha (ds/dx)^T g_u, g_F = beta (dF/dx)^T g_u, g_x = g_s + g_F
    Ratio skipShare, branchShare; // <g_s, g_x> / <g_x, g_x>, <g_F, g_x> / <g_x, g_x>: their sum is 1
    Ratio gain;                   // ||g_x|| / ||g_y||
    Ratio rmsGain;                // rms(g_x) / rms(g_y): what to look at where the shape changes
    Ratio cosine;                 // cos(g_s, g_F)
    std::string complaint;        // "not finite: gF"; empty where all is well
    nn::BlockGradientSums sums;   // what these are made of, and whatever else is said of the block
    int image = 0;                // of the sums
};

struct GradientFlow {
    nn::ImageObjective objective;
    std::vector<BlockFlow> blocks; // first to last
    Magnitude input;               // of dJ / d normalised input
    std::string complaint;         // of the input; as a block's
};

/// `gradients` are of `network`. Errors: the gradients' own; ErrorKind::NotFound: no such image; ErrorKind::Cancelled,
/// between two blocks.
Result<GradientFlow> gradientFlow(const nn::Network &network, const nn::Gradients &gradients, int image = 0,
                                  const std::stop_token &stop = {});

} // namespace reslens::analysis
