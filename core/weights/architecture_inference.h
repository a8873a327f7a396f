// Infers the network from the names and shapes of a set of tensors.
#pragma once

#include "nn/architecture.h"
#include "weights/key_names.h"

namespace reslens::weights {

/// Finds every number of the architecture. It assumes what tensors cannot show: a CIFAR network without projections has
/// zero-padding shortcuts (a plain one looks the same). It does not check all shapes.
/// Errors: Unsupported, one sentence (no ResNet; a variant that we do not run; no head), Mismatch.
Result<nn::Architecture> inferArchitecture(const NamedTensors &tensors, const std::string &subject);

} // namespace reslens::weights
