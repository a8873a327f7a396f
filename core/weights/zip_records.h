// The records of a zip archive, decoded and nothing more. Source: PKWARE APPNOTE 6.3.9, sections 4.3 and 4.5.3.
#pragma once

#include "weights/byte_reader.h"

#include <optional>
#include <string_view>

namespace reslens::weights {

constexpr std::uint16_t kZipEncrypted = 1, kZipHasDescriptor = 8; // general purpose flags
constexpr std::uint32_t kZipIn64 = 0xffffffff;                    // the real value is in the zip64 field

/// A local or central header; sizes with their zip64 values.
struct ZipHeader {
    std::uint16_t flags = 0, method = 0;
    std::uint32_t crc = 0;
    std::uint64_t compressedSize = 0, size = 0;
    std::uint64_t localOffset = 0; // central only
    std::string_view name;
    std::uint64_t end = 0; // where the header ends in the archive
};

struct ZipEnd {
    std::uint64_t entryCount = 0, directorySize = 0, directoryOffset = 0;
    std::uint64_t position = 0; // where the end records begin: the directory must end here
};

/// Nothing where the bytes at `at` are no such record, or contradict themselves.
std::optional<ZipHeader> zipCentralHeader(Bytes archive, std::uint64_t at);
std::optional<ZipHeader> zipLocalHeader(Bytes archive, std::uint64_t at);
/// The end records (with zip64's if there are any); an archive's comment is not accepted.
std::optional<ZipEnd> zipEnd(Bytes archive);
/// The data descriptor at `at` repeats `header`'s CRC and sizes: its end, or nothing if it does not.
std::optional<std::uint64_t> zipDescriptorEnd(Bytes archive, std::uint64_t at, const ZipHeader &header);

} // namespace reslens::weights
