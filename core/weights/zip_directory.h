// Finds a zip archive's entries in its bytes: only stored entries, and only if local and central headers agree.
#pragma once

#include "weights/source.h"

#include <map>
#include <string>

namespace reslens::weights {

using ZipDirectory = std::map<std::string, Source, std::less<>>;

/// Returns entry names and their data. Every entry is checked: stored (not compressed or encrypted), unique, inside the
/// archive, without overlap; local header equals central directory; CRC-32 right.
/// Source: PKWARE APPNOTE 6.3.9. libzip reads the same structure independently, and both must agree.
/// Errors: Malformed, Unsupported (compressed, encrypted, split), Limit.
Result<ZipDirectory> readZipDirectory(const Source &archive, const std::string &subject);

} // namespace reslens::weights
