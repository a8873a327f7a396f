// Direct logit attribution: what every block writes into the logit when its output travels by skips alone.
#pragma once

#include "analysis/numbers.h"
#include "analysis/traced_run.h"

namespace reslens::analysis {

/// With the ReLU masks frozen at this image's, and h_b the gradient of the logit (or the difference of two) at u_b that
/// arrives through skips alone,
///     logit = bias + <h_0, stem> + sum over b of beta_b <h_b, F_b> + sum over projections of alpha_b <h_b, d_b>,
/// exactly: h_0 is that gradient at the stem's output, d_b the shift of a projection's batch norm.
struct LedgerEntry {
    int block = 0;
    std::string name;
    double branch = 0;     // beta <h, F>
    double projection = 0; // alpha <h, d>; 0 where the shortcut is no projection
    Tensor map;            // (1, 1, H, W): sum over channels of beta h * F; its sum over pixels is `branch`
    std::string complaint; // "not finite: branch"; empty where all is well
};

struct Ledger {
    int target = 0, against = -1; // -1: of one logit
    double bias = 0;              // of the linear layer; of a difference, the biases' difference
    double stem = 0;
    Tensor stemMap; // (1, 1, H, W), as a block's
    std::vector<LedgerEntry> blocks;
    double projections = 0; // all of them
    Completeness total;     // sum of all these, the logit (or difference) itself, and what lies between
};

/// `target` -1: the top class. The scales of `run` are honoured, in both directions. Errors: as check(TracedRun), as
/// nn::backward(); ErrorKind::Unsupported: a plain network, all of whose paths pass through every block, so that there
/// is nothing to share out.
Result<Ledger> ledgerOf(const TracedRun &run, int target = -1, int against = -1, const Job &job = {});

} // namespace reslens::analysis
