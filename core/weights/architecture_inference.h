// Which network a set of tensors is, seen from their names and shapes.
#pragma once

#include "nn/architecture.h"
#include "weights/key_names.h"

namespace reslens::weights {

/// Every number of the architecture. What tensors cannot show is assumed: a CIFAR network without projections has
/// zero-padding shortcuts (a plain one looks the same). Shapes are not all checked here.
/// Errors: Unsupported, one sentence (no ResNet; a variant that we do not run; no head), Mismatch.
Result<nn::Architecture> inferArchitecture(const NamedTensors &tensors, const std::string &subject);

} // namespace reslens::weights
