// Integrated gradients (Sundararajan et al. 2017) divide the objective's change from a baseline to the image among the
// pixels.
#pragma once

#include "analysis/numbers.h"
#include "analysis/question.h"

namespace reslens::analysis {

/// Halves the least certain interval of the path (line_integral.h) until the uncertainty is within `tolerance` or
/// `maxPasses` are used. Every pass keeps a gradient of the input's size on the CPU.
struct IntegratedGradientsRequest {
    Question question;
    Tensor baseline; // of the input's shape; empty: zeros, which is the mean colour of the training images
    double tolerance = 0.02;
    int maxPasses = 128; // forward and backward; 2 or more
};

struct IntegratedGradients {
    nn::ImageObjective objective; // for the image
    double baselineValue = 0;     // J of the baseline, for the same class
    Tensor attribution;           // (1, 3, H, W): (x - x') * mean over the straight path from x' to x of dJ/dx
    Tensor map;                   // (1, 1, H, W): its sum over channels
    Completeness total;           // the attribution's sum, J(x) - J(x')
    /// The residual of the gradients alone. J is known at every node, so each interval's missing part is known too and
    /// is divided among its pixels; without that, the residual of `total` would fall only like 1 / passes.
    Ratio unexplained;
    double uncertainty = 0; // expected ‖attribution - true one‖ / ‖attribution‖
    int passes = 0;
    bool isWithinTolerance = false; // false: `maxPasses` were not enough
    std::string complaint;          // "not finite: attribution"; empty if all is well
};

/// Progress counts passes out of `maxPasses`; the work may end earlier. Errors: as differentiate(); InvalidInput: fewer
/// than two passes, a tolerance that is not above 0, a baseline of another shape.
Result<IntegratedGradients> integratedGradients(nn::Executor &executor, const Tensor &input,
                                                const IntegratedGradientsRequest &request, const Job &job = {});

} // namespace reslens::analysis
