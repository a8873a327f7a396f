// The gradient at the stem's output by path length: exact, every path counted (after Veit et al. 2016, whose figure 6
// samples single paths instead: sampled_paths.h).
#pragma once

#include "analysis/numbers.h"
#include "analysis/traced_run.h"
#include "nn/gradients.h"

namespace reslens::analysis {

/// G_k is the sum over all paths that cross exactly k branches; k = 0 ... number of blocks. Their sum is the gradient.
struct PathGradients {
    nn::ImageObjective objective;
    std::vector<double> norms;             // ||G_k||
    std::vector<double> log10Counts;       // of the paths of length k: n! / (k! (n - k)!)
    std::vector<std::vector<double>> gram; // <G_j, G_k>
    Completeness squares;                  // ||sum of G_k||^2 against ||gradient||^2
    Ratio residual;                        // ||sum of G_k - gradient|| / ||gradient||: the proof that they add up
    std::string complaint;                 // "not finite: G_3"; empty where all is well

    int blockCount() const { return int(norms.size()) - 1; }
    /// ||sum_k alpha^(n-k) beta^k G_k||: the gradient if, backward only, every skip were scaled by alpha and every
    /// branch by beta. Not the same as scaling the network itself, whose masks would change.
    double scaledNorm(double alpha, double beta) const;
};

/// Of a trace of one image, with the scales that it ran with. Errors: as check(TracedRun), nn::gradientsByPathLength()
/// and nn::backward(), Cancelled among them.
Result<PathGradients> pathGradients(const TracedRun &run, const nn::Objective &objective, std::stop_token stop = {});

} // namespace reslens::analysis
