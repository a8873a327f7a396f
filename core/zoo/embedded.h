// The networks that come inside the program.
#pragma once

#include "error/error.h"
#include "weights/checkpoint.h"

#include <string>
#include <string_view>
#include <vector>

namespace reslens::zoo {

struct EmbeddedModel {
    std::string name;         // resnet20-cifar10
    std::string title;        // ResNet-20 · CIFAR-10
    std::string description;  // one sentence: what it is and how well it does
    std::string architecture; // resnet20
};

/// Residual networks before plain ones, the smaller first.
std::vector<EmbeddedModel> embeddedModels();

bool isEmbedded(std::string_view name);

/// The weights of an embedded model, in place. NotFound for any other name.
Result<weights::Checkpoint> embeddedCheckpoint(const std::string &name);

} // namespace reslens::zoo
