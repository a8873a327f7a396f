// The records of a zip archive, each by itself. Source: PKWARE APPNOTE 6.3.9.
#pragma once

#include "weights/source.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace reslens::weights {

inline constexpr std::uint16_t kZipEncrypted = 1, kZipHasDescriptor = 8; // general purpose flags
inline constexpr std::uint32_t kZipIn64 = 0xffffffff;                    // the real value is in the zip64 field

/// A local or central header; its sizes are the zip64 values if there are any.
struct ZipHeader {
    std::uint16_t flags = 0, method = 0;
    std::uint32_t crc = 0;
    std::uint64_t compressedSize = 0, size = 0;
    std::uint64_t localOffset = 0; // central only
    std::uint32_t attributes = 0;  // central only: what Unix calls the mode is in the upper half
    std::string_view name;
    std::uint64_t end = 0; // offset of the header's end in the archive
};

struct ZipEnd {
    std::uint64_t entryCount = 0, directorySize = 0, directoryOffset = 0;
    std::uint64_t position = 0; // offset of the end records; the directory must end here
};

// Each returns nothing if the bytes at `at` are not such a record, or contradict themselves.
std::optional<ZipHeader> zipCentralHeader(const Source &archive, std::uint64_t at);
std::optional<ZipHeader> zipLocalHeader(const Source &archive, std::uint64_t at);
/// The end records, zip64's included, of an archive whose comment has `commentBytes`; the comment itself is no part of
/// `archive`.
std::optional<ZipEnd> zipEnd(const Source &archive, std::uint16_t commentBytes = 0);
/// Returns the end of the data descriptor at `at` if it repeats `header`'s CRC and sizes.
std::optional<std::uint64_t> zipDescriptorEnd(const Source &archive, std::uint64_t at, const ZipHeader &header);

} // namespace reslens::weights
