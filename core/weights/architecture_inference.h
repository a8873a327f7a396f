// Infers the network from the names and shapes of a set of tensors.
#pragma once

#include "nn/architecture.h"
#include "weights/key_names.h"

namespace reslens::weights {

/// Finds every number of the architecture. It assumes what tensors cannot show: a CIFAR network without projections has
/// zero-padding shortcuts (a plain one looks the same), a stem of 5x5 or of three convolutions has stride 2 and a pool.
/// It does not check all shapes. `head` is empty if there is none.
/// Errors: Unsupported, one sentence (no ResNet; a variant that we do not run), Mismatch.
Result<nn::Architecture> inferArchitecture(const NamedTensors &tensors, const std::vector<nn::HeadLayer> &head,
                                           const std::string &subject);

} // namespace reslens::weights
