// Names of classes.
#pragma once

#include "error/error.h"

#include <filesystem>
#include <string>
#include <vector>

namespace reslens::zoo {

/// ImageNet's 1000 classes, with torchvision's names.
const std::vector<std::string> &imagenetLabels();

/// "class 0", "class 1", ..., for a network whose class names are unknown.
std::vector<std::string> numberedLabels(int count, const std::string &word = "class");

/// Reads the names in the order of the network's outputs, in any of the forms of label_forms.h, in UTF-8 or with a byte
/// order mark. Errors: NotFound, Io, Malformed (no text, an empty line in between, a number without a name), Limit.
Result<std::vector<std::string>> readLabels(const std::filesystem::path &path);

} // namespace reslens::zoo
