// The gradient at the stem's output by path length: exact, over all paths. Veit et al. 2016, figure 6, sample single
// paths instead: sampled_paths.h.
#pragma once

#include "analysis/numbers.h"
#include "analysis/traced_run.h"
#include "nn/gradients.h"

namespace reslens::analysis {

/// G_k is the sum over all paths that cross exactly k branches, for k = 0 ... number of blocks. The sum of all G_k is
/// the gradient.
struct PathGradients {
    nn::ImageObjective objective;
    std::vector<double> norms;             // ||G_k||
    std::vector<double> log10Counts;       // log10 of the number of paths of length k: n! / (k! (n - k)!)
    std::vector<std::vector<double>> gram; // <G_j, G_k>
    Completeness squares;                  // ||sum of G_k||^2 against ||gradient||^2
    Ratio residual;                        // ||sum of G_k - gradient|| / ||gradient||: proves that they add up
    std::string complaint;                 // "not finite: G_3"; empty if all is well

    int blockCount() const { return int(norms.size()) - 1; }
    /// ||sum_k alpha^(n-k) beta^k G_k||: the gradient if, backward only, every skip were scaled by alpha and every
    /// branch by beta. A scaled network would give something else, because its masks would change.
    double scaledNorm(double alpha, double beta) const;
};

/// Decomposes the gradient of a trace of one image, with the scales of its run. Errors: as check(TracedRun),
/// nn::gradientsByPathLength() and nn::backward(), Cancelled included.
Result<PathGradients> pathGradients(const TracedRun &run, const nn::Objective &objective,
                                    const std::stop_token &stop = {});

} // namespace reslens::analysis
