// Files of caches, which several processes may read and write at the same time.
#pragma once

#include <filesystem>
#include <string_view>

namespace reslens::vulkan {

/// `bytes` become the content of `file`, whose folder is made: written beside, under a name of its own, and renamed, so
/// that nobody ever reads half a file. Failing is silent: a cache that is not there costs time, nothing else.
void replaceCacheFile(const std::filesystem::path &file, std::string_view bytes);

} // namespace reslens::vulkan
