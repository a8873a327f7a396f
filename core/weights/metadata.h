// What a .safetensors file says about its network besides the tensors: keys `reslens.*`.
#pragma once

#include "nn/model.h"
#include "weights/checkpoint.h"

#include <optional>

namespace reslens::weights {

/// `reslens.architecture`; empty where absent.
std::string architectureIn(const Checkpoint &checkpoint);

/// `reslens.classes`, a JSON array of names; empty where absent. Malformed if it is something else.
Result<std::vector<std::string>> labelsIn(const Checkpoint &checkpoint);

/// `reslens.preprocess`, a JSON object {"resize", "crop", "mean", "std"}; nothing where absent. Malformed.
Result<std::optional<nn::Preprocess>> preprocessIn(const Checkpoint &checkpoint);

} // namespace reslens::weights
