// The JSON header of a .safetensors file, parsed strictly: no duplicate keys, no unknown fields.
#pragma once

#include "error/error.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace reslens::weights {

struct SafetensorsEntry {
    std::string name, dtype;
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0, end = 0; // in the data that follows the header
};

struct SafetensorsHeader {
    std::vector<SafetensorsEntry> entries; // in the header's order
    std::map<std::string, std::string> metadata;
};

/// `json` begins at byte `offset` of `subject`.
Result<SafetensorsHeader> parseSafetensorsHeader(std::string_view json, std::uint64_t offset,
                                                 const std::string &subject);

} // namespace reslens::weights
