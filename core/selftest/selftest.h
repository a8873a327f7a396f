// One executor against another on one input, tensor by tensor, forward and backward: the device against the reference.
#pragma once

#include "nn/executor.h"
#include "selftest/report.h"

namespace reslens::selftest {

/// Largest relative errors (of norms) that are still rounding; reasons and measured values are in
/// docs/decompositions.md, "The self-test".
constexpr double kForwardTolerance = 1e-4;
constexpr double kGradientTolerance = 1e-4;  // of layers and blocks
constexpr double kParameterTolerance = 1e-3; // gradients of parameters
/// Per root of the share of the gradient's energy that met a ReLU or max-pool that decided differently.
constexpr double kChoiceAllowance = 8;

/// Both executors hold the same model. Compares the output of every layer that both keep, and the logits of the fast
/// mode; then, with J the sum over the images of log p of the class that the reference ranks first in the first one,
/// the gradients at every layer and block and of every parameter. Errors: those of the executors;
/// ErrorKind::InvalidInput where the reference's own results are not finite, with the layer; ErrorKind::Cancelled.
Result<Report> selftest(nn::Executor &tested, nn::Executor &reference, const Tensor &input, std::stop_token stop = {});

} // namespace reslens::selftest
