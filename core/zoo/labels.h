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
std::vector<std::string> numberedLabels(int count);

/// Reads one name per line, UTF-8, in the order of the network's outputs; ignores empty lines at the end.
/// Errors: NotFound, Io, Malformed (not UTF-8, an empty line in between), Limit.
Result<std::vector<std::string>> readLabels(const std::filesystem::path &path);

} // namespace reslens::zoo
