// Integrated gradients (Sundararajan et al. 2017): the objective's change from a baseline to the image, shared out over
// the pixels.
#pragma once

#include "analysis/numbers.h"
#include "analysis/question.h"

namespace reslens::analysis {

struct IntegratedGradientsRequest {
    Question question;
    Tensor baseline; // of the input's shape; empty: zeros, which is the mean colour of the training images
    int steps = 64;  // midpoint rule
};

struct IntegratedGradients {
    nn::ImageObjective objective; // of the image
    double baselineValue = 0;     // J of the baseline, for the same class
    Tensor attribution;           // (1, 3, H, W): (x - x') * mean over the straight path from x' to x of dJ/dx
    Tensor map;                   // (1, 1, H, W): its sum over channels
    Completeness total;           // the attribution's sum, J(x) - J(x'); what lies between falls with the steps
};

/// Errors: as differentiate(); ErrorKind::InvalidInput: fewer than one step, a baseline of another shape.
Result<IntegratedGradients> integratedGradients(nn::Executor &executor, const Tensor &input,
                                                const IntegratedGradientsRequest &request, const Job &job = {});

} // namespace reslens::analysis
