// The stopwatch of reslens-cli bench: passes timed one after the other, after half a second to warm up.
#pragma once

#include "nn/executor.h"

namespace reslens::cli {

struct Timing {
    std::vector<double> runMs;  // submit to result, as the executor says
    std::vector<double> wallMs; // the whole call, with copying in and out
};

double median(std::vector<double> values);

Result<Timing> measureForward(nn::Executor &executor, const Tensor &input, int runs);
/// The backward pass alone: over one trace, every gradient made, none read.
Result<Timing> measureBackward(nn::Executor &executor, const Tensor &input, int runs);
/// Both, one after the other, as often as they are wanted together.
Result<Timing> measureForwardBackward(nn::Executor &executor, const Tensor &input, int runs);

/// Where the time of a forward pass goes: of each kernel, in their order, the median of a few passes. Empty where the
/// executor gives no times.
Result<std::vector<nn::LayerTime>> measureKernels(nn::Executor &executor, const Tensor &input, int runs);
/// The same of a backward pass.
Result<std::vector<nn::LayerTime>> measureBackwardKernels(nn::Executor &executor, const Tensor &input, int runs);

} // namespace reslens::cli
