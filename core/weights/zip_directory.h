// Finds a zip archive's entries in its bytes, only if local and central headers agree. Deflated entries are inflated.
#pragma once

#include "weights/source.h"

#include <map>
#include <string>

namespace reslens::weights {

using ZipDirectory = std::map<std::string, Source, std::less<>>;

/// Returns entry names and their data. Every entry is checked: not encrypted, unique, inside the archive, without
/// overlap, not larger than its limits allow; local header equals central directory; CRC-32 right.
/// Source: PKWARE APPNOTE 6.3.9. libzip reads the same structure independently, and both must agree.
/// Errors: Malformed, Unsupported (encrypted, split, another compression), Limit.
Result<ZipDirectory> readZipDirectory(const Source &archive, const std::string &subject);

} // namespace reslens::weights
