#include "weights/zip_directory.h"

#include "error/printable.h"
#include "weights/limits.h"
#include "weights/zip_records.h"

#include <fcntl.h>
#include <unistd.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <vector>

namespace reslens::weights {

namespace {

struct Entry {
    ZipHeader header;
    std::uint64_t begin = 0, data = 0, end = 0; // offsets of the local header, its data, and the end of both
};

tl::unexpected<Error> malformed(const std::string &subject, const std::string &problem, std::uint64_t at)
{
    return fail(ErrorKind::Malformed, subject, "zip: " + problem, at);
}

/// Checks everything that needs only the central header.
Result<void> checkCentral(const ZipHeader &header, const std::string &subject, std::uint64_t at)
{
    const std::string what = "zip: entry " + inQuotes(header.name);
    if (header.name.size() > kMaxNameBytes)
        return fail(ErrorKind::Limit, subject,
                    what + " has a name of " + std::to_string(header.name.size()) + " bytes; at most " +
                        std::to_string(kMaxNameBytes) + " are accepted",
                    at);
    if (header.flags & kZipEncrypted)
        return fail(ErrorKind::Unsupported, subject, what + " is encrypted", at);
    if (header.method != ZIP_CM_STORE && header.method != ZIP_CM_DEFLATE)
        return fail(ErrorKind::Unsupported, subject,
                    what + " is compressed by method " + std::to_string(header.method) + "; only deflate (8) is read",
                    at);
    const auto most = checkedMultiply(header.compressedSize, kMaxInflation);
    if (header.method == ZIP_CM_DEFLATE && most && header.size > *most)
        return fail(ErrorKind::Limit, subject,
                    what + " grows from " + std::to_string(header.compressedSize) + " to " +
                        std::to_string(header.size) + " bytes; at most " + std::to_string(kMaxInflation) +
                        " times as many are accepted",
                    at);
    if (header.method == ZIP_CM_STORE && header.compressedSize != header.size)
        return malformed(subject, "entry " + inQuotes(header.name) + " is stored, but its two sizes differ", at);
    return {};
}

/// Finds the entry's data after its local header, which must repeat the central one.
Result<Entry> locate(const Source &archive, const ZipHeader &central, std::uint64_t directoryOffset,
                     const std::string &subject)
{
    const std::string what = "entry " + inQuotes(central.name);
    const std::uint64_t at = central.localOffset;
    const auto local = at < directoryOffset ? zipLocalHeader(archive.first(directoryOffset), at) : std::nullopt;
    if (!local)
        return malformed(subject, what + " has no local header where the directory says", at);
    const bool isDeferred = (central.flags & kZipHasDescriptor) != 0;
    const bool isEmpty = isDeferred && local->crc == 0 && local->compressedSize == 0 && local->size == 0;
    const bool isSame =
        local->crc == central.crc && local->compressedSize == central.compressedSize && local->size == central.size;
    if (local->name != central.name || local->flags != central.flags || local->method != central.method ||
        !(isSame || isEmpty))
        return malformed(subject, what + ": its local header and the directory disagree", at);
    const auto end = checkedAdd(local->end, central.compressedSize);
    if (!end || *end > directoryOffset)
        return malformed(
            subject, what + " of " + std::to_string(central.compressedSize) + " bytes reaches into the directory", at);
    Entry entry{central, at, local->end, *end};
    if (isDeferred) {
        const auto descriptor = zipDescriptorEnd(archive.first(directoryOffset), *end, central);
        if (!descriptor)
            return malformed(subject, what + " is not followed by a descriptor that agrees with the directory", *end);
        entry.end = *descriptor;
    }
    return entry;
}

Result<std::vector<Entry>> readEntries(const Source &archive, const std::string &subject)
{
    const auto end = zipEnd(archive);
    if (!end)
        return malformed(subject, "the archive does not end with its directory's end record: cut off, or not closed",
                         archive.size());
    if (end->entryCount > kMaxZipEntries)
        return fail(ErrorKind::Limit, subject,
                    "zip: has " + std::to_string(end->entryCount) + " entries; at most " +
                        std::to_string(kMaxZipEntries) + " are accepted");
    const auto directoryEnd = checkedAdd(end->directoryOffset, end->directorySize);
    if (!directoryEnd || *directoryEnd != end->position)
        return malformed(subject, "the directory does not lie where the end record says", end->position);
    std::vector<Entry> entries;
    std::uint64_t at = end->directoryOffset;
    for (std::uint64_t i = 0; i < end->entryCount; ++i) {
        const auto header = zipCentralHeader(archive.first(*directoryEnd), at);
        if (!header)
            return malformed(subject, "entry " + std::to_string(i) + " of the directory is damaged", at);
        TRY(checkCentral(*header, subject, at));
        entries.push_back(TRY(locate(archive, *header, end->directoryOffset, subject)));
        at = header->end;
    }
    if (at != *directoryEnd)
        return malformed(subject, "the directory has more than the entries it counts", at);
    return entries;
}

Result<void> checkDisjoint(std::vector<Entry> entries, const std::string &subject)
{
    std::sort(entries.begin(), entries.end(), [](auto &a, auto &b) { return a.begin < b.begin; });
    for (std::size_t i = 1; i < entries.size(); ++i)
        if (entries[i].begin < entries[i - 1].end)
            return malformed(subject,
                             "entries " + inQuotes(entries[i - 1].header.name) + " and " +
                                 inQuotes(entries[i].header.name) + " overlap",
                             entries[i].begin);
    return {};
}

struct CloseZip {
    void operator()(zip_t *archive) const { zip_discard(archive); }
    void operator()(zip_file_t *file) const { zip_fclose(file); }
};

/// The whole archive, as libzip wants it; libzip reads a file by itself.
zip_source_t *zipSource(const Source &archive, zip_error_t &error)
{
    if (!archive.file())
        return zip_source_buffer_create(archive.bytes().data(), archive.size(), 0, &error);
    const int descriptor = ::fcntl(archive.file()->descriptor(), F_DUPFD_CLOEXEC, 0);
    std::FILE *file = descriptor < 0 ? nullptr : ::fdopen(descriptor, "rb");
    zip_source_t *source = file ? zip_source_filep_create(file, 0, -1, &error) : nullptr;
    if (!source && file)
        std::fclose(file);
    else if (!file && descriptor >= 0)
        ::close(descriptor);
    return source;
}

/// Reads an entry to its end; libzip then compares the CRC. A compressed one leaves its content in `inflated`, which
/// grows only as far as there is content, whatever the header says.
bool isIntact(zip_t *archive, zip_uint64_t index, const ZipHeader &header, std::vector<std::byte> &inflated)
{
    const std::unique_ptr<zip_file_t, CloseZip> file(zip_fopen_index(archive, index, 0));
    std::array<std::byte, 65536> buffer;
    std::uint64_t total = 0;
    zip_int64_t got = 0;
    while (file && total <= header.size && (got = zip_fread(file.get(), buffer.data(), buffer.size())) > 0) {
        total += std::uint64_t(got);
        if (header.method != ZIP_CM_STORE)
            inflated.insert(inflated.end(), buffer.begin(), buffer.begin() + std::ptrdiff_t(got));
    }
    return file && got == 0 && total == header.size;
}

/// Asks libzip, with its own consistency checks, for a second opinion: the same entries, and every CRC is right. Puts
/// what compressed entries hold into `directory`.
Result<void> checkWithLibzip(const Source &archive, const std::vector<Entry> &entries, const std::string &subject,
                             ZipDirectory &directory)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zipSource(archive, error);
    const std::unique_ptr<zip_t, CloseZip> opened(
        source ? zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error) : nullptr);
    const std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    if (!opened) {
        zip_source_free(source);
        return malformed(subject, "the archive is inconsistent: " + reason, 0);
    }
    if (std::uint64_t(zip_get_num_entries(opened.get(), 0)) != entries.size())
        return malformed(subject, "the directory can be read in two ways", 0);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const ZipHeader &expected = entries[i].header;
        zip_stat_t found;
        if (zip_stat_index(opened.get(), i, ZIP_FL_ENC_RAW, &found) != 0 || found.name != expected.name ||
            found.size != expected.size || found.crc != expected.crc || found.comp_method != expected.method)
            return malformed(subject, "entry " + inQuotes(expected.name) + " can be read in two ways",
                             entries[i].begin);
        const auto inflated = std::make_shared<std::vector<std::byte>>();
        if (!isIntact(opened.get(), i, expected, *inflated))
            return malformed(subject,
                             "entry " + inQuotes(expected.name) + " is damaged: its checksum (CRC-32) is wrong",
                             entries[i].data);
        if (expected.method != ZIP_CM_STORE)
            directory.insert_or_assign(std::string(expected.name), Source(*inflated, inflated));
    }
    return {};
}

} // namespace

Result<ZipDirectory> readZipDirectory(const Source &archive, const std::string &subject)
{
    const std::vector<Entry> entries = TRY(readEntries(archive, subject));
    TRY(checkDisjoint(entries, subject));
    ZipDirectory directory;
    std::uint64_t inflated = 0;
    for (const Entry &entry : entries) {
        if (!directory.emplace(entry.header.name, archive.part(entry.data, entry.header.compressedSize)).second)
            return malformed(subject, "has two entries of the name " + inQuotes(entry.header.name), entry.begin);
        const bool isCompressed = entry.header.method != ZIP_CM_STORE;
        const auto sum = checkedAdd(inflated, isCompressed ? entry.header.size : 0);
        if (!sum || *sum > kMaxFileBytes)
            return fail(ErrorKind::Limit, subject,
                        "zip: its compressed entries grow to more than " + std::to_string(kMaxFileBytes) + " bytes",
                        entry.begin);
        inflated = *sum;
    }
    TRY(checkWithLibzip(archive, entries, subject, directory));
    return directory;
}

} // namespace reslens::weights
