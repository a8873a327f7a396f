// Direct logit attribution: what every block writes into the logit through skips alone.
#pragma once

#include "analysis/numbers.h"
#include "analysis/traced_run.h"

namespace reslens::analysis {

/// With the ReLU masks frozen at this image's, and h_b the gradient of the logit (or the difference of two) at u_b that
/// arrives through skips alone, this holds exactly:
///     logit = bias + <h_0, stem> + sum over b of beta_b <h_b, F_b> + sum over projections of alpha_b <h_b, d_b>,
/// Here h_0 is that gradient at the stem's output, and d_b the shift of a projection's batch norm.
struct LedgerEntry {
    int block = 0;
    std::string name;
    double branch = 0;     // beta <h, F>
    double projection = 0; // alpha <h, d>; 0 if the shortcut is not a projection
    Tensor map;            // (1, 1, H, W): sum over channels of beta h * F; its sum over pixels is `branch`
    std::string complaint; // "not finite: branch"; empty if all is well
};

struct Ledger {
    int target = 0, against = -1; // -1: the ledger of one logit
    double bias = 0;              // of the linear head (analysis/linear_head.h); for a difference, of the biases
    bool headIsGradient = false;  // the head has several layers: its gradient stands for it, and `bias` is the rest
    double stem = 0;
    Tensor stemMap; // (1, 1, H, W), as a block's
    std::vector<LedgerEntry> blocks;
    double projections = 0; // the sum over all projections
    Completeness total;     // the sum of all these against the logit (or difference) itself
};

/// `target` -1: the top class. The scales of `run` apply in both directions. Errors: as check(TracedRun), as
/// nn::backward(); Unsupported: a plain network. All its paths pass through every block, so there is nothing to divide.
Result<Ledger> ledgerOf(const TracedRun &run, int target = -1, int against = -1, const Job &job = {});

} // namespace reslens::analysis
