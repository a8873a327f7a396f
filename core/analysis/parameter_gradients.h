// The objective's gradient at every trained parameter of the checkpoint.
#pragma once

#include "analysis/numbers.h"
#include "analysis/traced_run.h"
#include "nn/gradients.h"

#include <cstdint>

namespace reslens::analysis {

/// Counts log10 |value| in steps of a quarter from -12 to 4, the same for every tensor, so that histograms can be
/// compared.
struct LogHistogram {
    static constexpr double kLow = -12, kHigh = 4, kStep = 0.25;
    static constexpr int kBins = int((kHigh - kLow) / kStep);

    std::vector<std::int64_t> counts; // kBins of them; bin i holds kLow + i * kStep <= log10 |value| < ... + kStep
    std::int64_t zeros = 0, below = 0, above = 0, notFinite = 0;
};
LogHistogram logHistogramOf(std::span<const float> values);

struct ParameterGradient {
    std::string name; // layer1.0.conv1.weight
    std::vector<std::int64_t> shape;
    double norm = 0;         // ||W||
    double gradientNorm = 0; // ||dJ/dW||
    Ratio ratio;             // ||dJ/dW|| / ||W||
    LogHistogram histogram;  // of the gradient's values
    std::string complaint;   // "not finite: values, gradient"; empty if all is well
};

/// The gradients of all trained parameters, in the order of the layers, summed over the images of a batch. Errors: the
/// gradients' own; Cancelled.
Result<std::vector<ParameterGradient>> parameterGradients(const nn::Model &model, const nn::Gradients &gradients,
                                                          const Job &job = {});

} // namespace reslens::analysis
