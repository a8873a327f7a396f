// Names of classes.
#pragma once

#include "error/error.h"

#include <filesystem>
#include <string>
#include <vector>

namespace reslens::zoo {

/// ImageNet's 1000 classes as torchvision calls them.
const std::vector<std::string> &imagenetLabels();

/// "class 0", "class 1", ...: where nothing is known.
std::vector<std::string> numberedLabels(int count);

/// One name a line, UTF-8, in the order of the network's outputs; empty lines at the end do not count.
/// Errors: NotFound, Io, Malformed (no UTF-8, an empty line in between), Limit.
Result<std::vector<std::string>> readLabels(const std::filesystem::path &path);

} // namespace reslens::zoo
