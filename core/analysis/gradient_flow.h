// How the gradient divides on its way back: at every block, one part returns through the skip and one through the
// branch. docs/decompositions.md has the definitions.
#pragma once

#include "analysis/numbers.h"
#include "nn/gradient_sums.h"

namespace reslens::analysis {

/// The gradient flow of one block. A plain block has no g_s: its numbers are 0, the cosine is undefined, and the
/// branch's share is 1.
struct BlockFlow {
    int block = 0;
    std::string name;
    int stage = 1;
    bool isIdentity = false, hasShortcut = false;
    Magnitude gy, gs, gF, gx;     // g_s = alpha (ds/dx)^T g_u, g_F = beta (dF/dx)^T g_u, g_x = g_s + g_F
    Ratio skipShare, branchShare; // <g_s, g_x> / <g_x, g_x>, <g_F, g_x> / <g_x, g_x>: their sum is 1
    Ratio gain;                   // ||g_x|| / ||g_y||
    Ratio rmsGain;                // rms(g_x) / rms(g_y): use it where the shape changes
    Ratio cosine;                 // cos(g_s, g_F)
    std::string complaint;        // "not finite: gF"; empty if all is well
    nn::BlockGradientSums sums;   // the sums from which these numbers are computed
    int image = 0;                // of the sums
};

struct GradientFlow {
    nn::ImageObjective objective;
    std::vector<BlockFlow> blocks; // first to last
    Magnitude input;               // of dJ / d normalised input
    std::string complaint;         // about the input; as a block's
};

/// `gradients` must belong to `network`. Errors: the gradients' own; NotFound: no such image; Cancelled, between two
/// blocks.
Result<GradientFlow> gradientFlow(const nn::Network &network, const nn::Gradients &gradients, int image = 0,
                                  const std::stop_token &stop = {});

} // namespace reslens::analysis
