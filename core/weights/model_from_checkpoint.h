// Makes a network with weights from a checkpoint: translates names, infers the architecture, checks every shape.
#pragma once

#include "nn/model.h"
#include "nn/variant.h"
#include "weights/checkpoint.h"

namespace reslens::weights {

struct ModelOptions {
    std::string architecture;                 // overrides the tensors and the metadata; may be empty
    std::vector<std::string> labels;          // one per class; may be empty
    std::string labelsFile = {};              // where the labels come from, for errors
    nn::Variant variant;                      // overrides what the file and its name say
    std::string network = {};                 // the path of the one to use, of several in the file; empty for the first
    std::optional<nn::Activation> activation; // of the outputs; else the usual one for their number
    bool operator==(const ModelOptions &) const = default;
};

/// Infers the architecture, renames keys to torchvision's and checks every shape. Labels and preprocessing come from
/// the metadata (`reslens.classes`, `reslens.preprocess`), and labels else from the checkpoint's class names; without
/// them they stay empty or default.
/// Errors: Mismatch (key, found and expected shape; label counts), Unsupported (no ResNet, or one we cannot run),
/// InvalidInput (unknown architecture name), Malformed (metadata). Throws as StoredTensor::toFloats().
Result<nn::Model> makeModel(Checkpoint checkpoint, const ModelOptions &options);

} // namespace reslens::weights
