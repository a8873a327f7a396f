// Every entry of a zip archive that any reader could find, and what is odd about the archive. The reader of checkpoints
// refuses an archive that can be read in two ways; a survey looks into all of them.
#pragma once

#include "error/error.h"
#include "weights/source.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace reslens::audit {

constexpr std::uint64_t kMaxInflatedBytes = std::uint64_t(1) << 30; // of all entries together

struct ZipMember {
    std::string name;
    std::uint64_t byte = 0;  // where its data begin in the file
    weights::Source content; // the first kMaxPickleBytes and one more, inflated
    bool isIntact = true;    // false: compressed in a way that is not read, encrypted or damaged
};

struct ZipSurvey {
    std::vector<ZipMember> members;    // in the order of the directory, and then those that it does not have
    std::vector<weights::Source> rest; // bytes that belong to no entry
    std::vector<std::string> oddities;
    std::optional<Error> undecided; // why there may be entries that were not found
};

/// The offset of the last end record; empty if there is none.
std::optional<std::uint64_t> zipEndIn(const weights::Source &source);

ZipSurvey surveyZip(const weights::Source &source, const std::string &subject);

} // namespace reslens::audit
