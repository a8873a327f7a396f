#include "weights/zip_directory.h"

#include "weights/checked_size.h"
#include "weights/limits.h"
#include "weights/quotes.h"
#include "weights/zip_records.h"

#include <zip.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

namespace reslens::weights {

namespace {

using Directory = std::map<std::string, Bytes, std::less<>>;

struct Entry {
    ZipHeader header;
    std::uint64_t begin = 0, data = 0, end = 0; // local header, its data, and past both
};

tl::unexpected<Error> malformed(const std::string &subject, const std::string &problem, std::uint64_t at)
{
    return fail(ErrorKind::Malformed, subject, "zip: " + problem, at);
}

/// What the central header alone can tell.
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
    if (header.method != 0)
        return fail(ErrorKind::Unsupported, subject,
                    what + " is compressed (method " + std::to_string(header.method) +
                        "), which torch.save never does; of a TorchScript program, save model.state_dict() in Python",
                    at);
    if (header.compressedSize != header.size)
        return malformed(subject, "entry " + inQuotes(header.name) + " is stored, but its two sizes differ", at);
    return {};
}

/// Finds the entry's data behind its local header, which must repeat the central one.
Result<Entry> locate(Bytes bytes, const ZipHeader &central, std::uint64_t directoryOffset, const std::string &subject)
{
    const std::string what = "entry " + inQuotes(central.name);
    const std::uint64_t at = central.localOffset;
    const auto local = at < directoryOffset ? zipLocalHeader(bytes.first(directoryOffset), at) : std::nullopt;
    if (!local)
        return malformed(subject, what + " has no local header where the directory says", at);
    const bool isDeferred = (central.flags & kZipHasDescriptor) != 0;
    const bool isEmpty = isDeferred && local->crc == 0 && local->compressedSize == 0 && local->size == 0;
    const bool isSame =
        local->crc == central.crc && local->compressedSize == central.compressedSize && local->size == central.size;
    if (local->name != central.name || local->flags != central.flags || local->method != central.method ||
        !(isSame || isEmpty))
        return malformed(subject, what + ": its local header and the directory disagree", at);
    const auto end = checkedAdd(local->end, central.size);
    if (!end || *end > directoryOffset)
        return malformed(subject, what + " of " + std::to_string(central.size) + " bytes reaches into the directory",
                         at);
    Entry entry{central, at, local->end, *end};
    if (isDeferred) {
        const auto descriptor = zipDescriptorEnd(bytes.first(directoryOffset), *end, central);
        if (!descriptor)
            return malformed(subject, what + " is not followed by a descriptor that agrees with the directory", *end);
        entry.end = *descriptor;
    }
    return entry;
}

Result<std::vector<Entry>> readEntries(Bytes bytes, const std::string &subject)
{
    const auto end = zipEnd(bytes);
    if (!end)
        return malformed(subject, "the archive does not end with its directory's end record: cut off, or not closed",
                         bytes.size());
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
        const auto header = zipCentralHeader(bytes.first(*directoryEnd), at);
        if (!header)
            return malformed(subject, "entry " + std::to_string(i) + " of the directory is damaged", at);
        if (const auto checked = checkCentral(*header, subject, at); !checked)
            return tl::unexpected(checked.error());
        auto entry = locate(bytes, *header, end->directoryOffset, subject);
        if (!entry)
            return tl::unexpected(entry.error());
        entries.push_back(*entry);
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

/// Reads an entry to its end, where libzip compares the CRC.
bool isIntact(zip_t *archive, zip_uint64_t index, std::uint64_t size)
{
    const std::unique_ptr<zip_file_t, CloseZip> file(zip_fopen_index(archive, index, 0));
    std::array<std::byte, 65536> buffer;
    std::uint64_t total = 0;
    zip_int64_t got = 0;
    while (file && (got = zip_fread(file.get(), buffer.data(), buffer.size())) > 0)
        total += std::uint64_t(got);
    return file && got == 0 && total == size;
}

/// The second opinion: libzip, with its own consistency checks, sees the same entries, and every CRC is right.
Result<void> checkWithLibzip(Bytes bytes, const std::vector<Entry> &entries, const std::string &subject)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    const std::unique_ptr<zip_t, CloseZip> archive(
        source ? zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error) : nullptr);
    const std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    if (!archive) {
        zip_source_free(source);
        return malformed(subject, "the archive is inconsistent: " + reason, 0);
    }
    if (std::uint64_t(zip_get_num_entries(archive.get(), 0)) != entries.size())
        return malformed(subject, "the directory can be read in two ways", 0);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const ZipHeader &expected = entries[i].header;
        zip_stat_t found;
        if (zip_stat_index(archive.get(), i, ZIP_FL_ENC_RAW, &found) != 0 || found.name != expected.name ||
            found.size != expected.size || found.crc != expected.crc || found.comp_method != ZIP_CM_STORE)
            return malformed(subject, "entry " + inQuotes(expected.name) + " can be read in two ways",
                             entries[i].begin);
        if (!isIntact(archive.get(), i, expected.size))
            return malformed(subject,
                             "entry " + inQuotes(expected.name) + " is damaged: its checksum (CRC-32) is wrong",
                             entries[i].data);
    }
    return {};
}

} // namespace

Result<Directory> readZipDirectory(Bytes bytes, const std::string &subject)
{
    const auto entries = readEntries(bytes, subject);
    if (!entries)
        return tl::unexpected(entries.error());
    if (const auto checked = checkDisjoint(*entries, subject); !checked)
        return tl::unexpected(checked.error());
    Directory directory;
    for (const Entry &entry : *entries)
        if (!directory.emplace(entry.header.name, bytes.subspan(entry.data, entry.header.size)).second)
            return malformed(subject, "has two entries of the name " + inQuotes(entry.header.name), entry.begin);
    if (const auto checked = checkWithLibzip(bytes, *entries, subject); !checked)
        return tl::unexpected(checked.error());
    return directory;
}

} // namespace reslens::weights
