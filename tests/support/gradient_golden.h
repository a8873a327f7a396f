// Whole networks' gradients against PyTorch's autograd: the input, g_x, g_y, g_s, g_F of every block, every parameter.
// Every nn::Executor with a backward pass must meet these, so all of them share the cases and the comparison.
#pragma once

#include "nn/gradients.h"
#include "support/network_golden.h"

#include <map>
#include <string>
#include <vector>

namespace reslens::test {

/// The error is the norm of a difference relative to the expected norm, for every tensor's sample and norm. PyTorch's
/// own fp32 gradients are 3e-7 to 3e-6 from its fp64 ones.
constexpr double kBlockGradientTolerance = 1e-4; // input, g_x, g_y, g_s, g_F
constexpr double kParameterGradientTolerance = 1e-3;

struct SampledGradient {
    double norm;
    std::vector<float> sample;
};

struct GradientGolden {
    std::string architecture;
    Tensor input; // keeps every ReLU and max-pool away from decisions by rounding error
    nn::Objective objective;
    double J;                                                    // summed over the images
    std::map<std::string, SampledGradient, std::less<>> tensors; // "input", "layer1.0.gx", "layer1.0.conv1.weight"
};

/// Basic, bottleneck, grouped, wide, CIFAR with option A and B, plain.
std::vector<std::string> gradientArchitectures();
GradientGolden readGradientGolden(const std::string &architecture);

struct GradientAgreement {
    Agreement blocks;     // includes J and the input
    Agreement parameters; // all of them

    bool isGood() const
    {
        return blocks.worstError <= kBlockGradientTolerance && parameters.worstError <= kParameterGradientTolerance;
    }
    /// Names the worst error of both kinds, and its place.
    std::string message() const { return blocks.message + "; " + parameters.message; }
};

/// Traces golden.input with `executor`, whose model is generatedModel(golden.architecture), and differentiates. Usage:
/// `QVERIFY2(agreement.isGood(), agreement.message().c_str())`
GradientAgreement checkGradientsAgainstGolden(nn::Executor &executor, const GradientGolden &golden);

} // namespace reslens::test
