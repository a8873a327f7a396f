// Where a zip archive's entries lie in its bytes: stored entries only, local and central headers in agreement.
#pragma once

#include "error/error.h"
#include "weights/byte_reader.h"

#include <map>
#include <string>

namespace reslens::weights {

/// Entry names and their data, in place. Every entry is checked: stored (not compressed or encrypted), unique, inside
/// the archive, overlapping no other; local header equals central directory; CRC-32 right.
/// Source: PKWARE APPNOTE 6.3.9; libzip reads the same structure independently and both must agree.
/// Errors: Malformed, Unsupported (compressed, encrypted, split), Limit.
Result<std::map<std::string, Bytes, std::less<>>> readZipDirectory(Bytes bytes, const std::string &subject);

} // namespace reslens::weights
