// Weights that are NaN or infinite: most often of a training that diverged, or of an overflow in fp16.
#pragma once

#include "nn/model.h"

#include <string>

namespace reslens::weights {

/// "3 of 1728 values of 'conv1.weight' are not finite, …; predictions may not be either"; empty if all are finite.
/// Throws as StoredTensor::toFloats().
std::string notFiniteNote(const nn::Parameters &parameters);

} // namespace reslens::weights
