// From a checkpoint's tensors to a network with weights: names translated, architecture inferred, every shape checked.
#pragma once

#include "nn/model.h"
#include "weights/checkpoint.h"

namespace reslens::weights {

struct ModelOptions {
    std::string architecture;        // overrides what the tensors and the metadata say; may be empty
    std::vector<std::string> labels; // one per class; may be empty
};

/// Infers the architecture, renames keys to torchvision's and checks every shape. Labels and preprocessing come from
/// the metadata (`reslens.classes`, `reslens.preprocess`) and are left empty or defaulted where it has none.
/// Errors: Mismatch (key, found and expected shape; label counts), Unsupported (no ResNet, or one we cannot run),
/// InvalidInput (unknown architecture name), Malformed (metadata).
Result<nn::Model> makeModel(Checkpoint checkpoint, const ModelOptions &options);

} // namespace reslens::weights
