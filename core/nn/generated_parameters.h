// Deterministic weights of a realistic scale, the same in C++ and in tools/golden/generated_parameters.py. With them
// whole networks can be compared with PyTorch without shipping checkpoints.
#pragma once

#include "nn/model.h"

namespace reslens::nn {

/// The i-th value of the stream `name`: uniform in [-1, 1), from splitmix64(fnv1a64(name) + i).
float generatedUniform(std::uint64_t streamHash, std::uint64_t index);
std::uint64_t streamHash(std::string_view name);

/// Convolutions and the linear layer: uniform with He's variance 2 / fan_in (linear: 1 / fan_in); a convolution's bias
/// in [-0.1, 0.1).
/// Batch norms: gamma in [0.5, 1.5) (times 0.25 for a branch's last one, so that deep sums stay bounded), beta and mean
/// in [-0.1, 0.1), variance in [0.5, 1.5).
Parameters generateParameters(const Network &network);

/// A generated input of this shape, uniform in [-2, 2).
Tensor generateInput(Shape shape);

} // namespace reslens::nn
