// A regular file mapped read-only into memory; the mapping lives as long as `owner`.
#pragma once

#include "error/error.h"

#include <filesystem>
#include <memory>
#include <span>

namespace reslens::weights {

struct MappedFile {
    std::span<const std::byte> bytes;
    std::shared_ptr<const void> owner;
};

/// Errors: NotFound, Io (a directory, a device, no permission), Malformed (empty), Limit (larger than kMaxFileBytes).
Result<MappedFile> mapFile(const std::filesystem::path &path);

} // namespace reslens::weights
