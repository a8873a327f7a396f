// Integrated gradients (Sundararajan et al. 2017): the objective's change from a baseline to the image, shared out over
// the pixels.
#pragma once

#include "analysis/numbers.h"
#include "analysis/question.h"

namespace reslens::analysis {

/// The path is halved where the attribution is least certain (line_integral.h) until its uncertainty is within
/// `tolerance`, or `maxPasses` were made. Every pass keeps a gradient of the input's size on the CPU.
struct IntegratedGradientsRequest {
    Question question;
    Tensor baseline; // of the input's shape; empty: zeros, which is the mean colour of the training images
    double tolerance = 0.02;
    int maxPasses = 128; // forward and backward; 2 or more
};

struct IntegratedGradients {
    nn::ImageObjective objective; // of the image
    double baselineValue = 0;     // J of the baseline, for the same class
    Tensor attribution;           // (1, 3, H, W): (x - x') * mean over the straight path from x' to x of dJ/dx
    Tensor map;                   // (1, 1, H, W): its sum over channels
    Completeness total;           // the attribution's sum, J(x) - J(x')
    /// What the residual would be by the gradients alone. J is known wherever they are, so the rest is known too, and
    /// shared out among the pixels of its interval: without that, `total` would fall with one over the passes only.
    Ratio unexplained;
    double uncertainty = 0; // expected ‖attribution - true one‖ / ‖attribution‖
    int passes = 0;
    bool isWithinTolerance = false; // the uncertainty is; false: the passes did not suffice
    std::string complaint;          // "not finite: attribution"; empty where all is well
};

/// Progress is in passes of the most that are allowed; it may end early. Errors: as differentiate();
/// ErrorKind::InvalidInput: fewer than two passes, a tolerance that is not above 0, a baseline of another shape.
Result<IntegratedGradients> integratedGradients(nn::Executor &executor, const Tensor &input,
                                                const IntegratedGradientsRequest &request, const Job &job = {});

} // namespace reslens::analysis
