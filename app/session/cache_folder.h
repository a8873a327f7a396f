// Where compiled pipelines are kept between runs.
#pragma once

#include "error/error.h"

#include <filesystem>
#include <functional>
#include <string>

namespace reslens::session {

/// RESLENS_CACHE, or the system's cache folder for ResLens; made if it is missing. Nothing that cannot be written is
/// returned: a folder asked for by RESLENS_CACHE is then an error (Io), the default one only a note and an empty path.
Result<std::filesystem::path> cacheFolder(const std::function<void(const std::string &)> &onNote);

} // namespace reslens::session
