// Whole networks against PyTorch: generated parameters and input, the logits and every block's y. Every nn::Executor
// must pass these, so all of them share the cases and the comparison.
#pragma once

#include "nn/executor.h"

#include <memory>
#include <string>
#include <vector>

namespace reslens::test {

/// The error is the norm of a difference relative to the expected norm, for the logits and for the sample and the norm
/// of every y. PyTorch's own fp32 results are 1e-6 from its fp64 ones, except deep plain networks: 1e-5 (plain56),
/// 6e-5 (plain110).
constexpr double kNetworkTolerance = 1e-4;

struct BlockGolden {
    std::string name;          // layer3.5
    double norm;               // norm of y over all images
    std::vector<float> sample; // every stride-th value of y, from the first on; stride = ceil(count / 512), made odd
};

struct NetworkGolden {
    std::string architecture;
    Shape input;
    Tensor logits;
    std::vector<BlockGolden> blocks;
};

/// Lists every known architecture, and the CIFAR networks with projections.
std::vector<std::string> goldenArchitectures();
NetworkGolden readNetworkGolden(const std::string &architecture);

/// Makes the model whose values the golden files hold: nn::generateParameters, labels "class 0", ...
std::shared_ptr<const nn::Model> generatedModel(const std::string &architecture);

struct Agreement {
    double worstError = 0;
    std::string message; // place of the worst error, or why there is no result
};

/// Runs `executor`, whose model is generatedModel(golden.architecture), in both modes on the generated input. Usage:
/// `QVERIFY2(agreement.worstError <= kNetworkTolerance, agreement.message.c_str())`
Agreement checkNetworkAgainstGolden(nn::Executor &executor, const NetworkGolden &golden);

} // namespace reslens::test
