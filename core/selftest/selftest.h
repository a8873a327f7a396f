// Compares two executors on one input, tensor by tensor, forward and backward: the device against the reference.
#pragma once

#include "nn/executor.h"
#include "selftest/report.h"

namespace reslens::selftest {

/// The largest relative errors (of norms) that can still be rounding. docs/decompositions.md, "The self-test", has the
/// reasons and the measured values.
constexpr double kForwardTolerance = 1e-4;
constexpr double kGradientTolerance = 1e-4;  // for layers and blocks
constexpr double kParameterTolerance = 1e-3; // for gradients of parameters
/// Times the root of the share of the gradient's energy that met a ReLU or max-pool with another choice.
constexpr double kChoiceAllowance = 8;

/// Compares the outputs of all layers that both executors keep, the logits of the fast mode, and then the gradients at
/// every layer and block and of every parameter. J is the sum over the images of log p of the class that the reference
/// ranks first in the first image. Both executors must hold the same model. Errors: those of the executors;
/// InvalidInput, with the layer, if the reference's own results are not finite; Cancelled.
Result<Report> selftest(nn::Executor &tested, nn::Executor &reference, const Tensor &input,
                        const std::stop_token &stop = {});

} // namespace reslens::selftest
