#include "weights/zip_directory.h"

#include "error/printable.h"
#include "weights/limits.h"

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

constexpr std::uint16_t kZipEncrypted = 1, kZipHasDescriptor = 8; // general purpose flags
constexpr std::uint32_t kZipIn64 = 0xffffffff;                    // the real value is in the zip64 field

/// A local or central header; its sizes are the zip64 values if there are any.
struct ZipHeader {
    std::uint16_t flags = 0, method = 0;
    std::uint32_t crc = 0;
    std::uint64_t compressedSize = 0, size = 0;
    std::uint64_t localOffset = 0; // central only
    std::string_view name;
    std::uint64_t end = 0; // offset of the header's end in the archive
};

struct ZipEnd {
    std::uint64_t entryCount = 0, directorySize = 0, directoryOffset = 0;
    std::uint64_t position = 0; // offset of the end records; the directory must end here
};

/// Reads little-endian fields in order. After the first missing one all fields are 0 and isComplete() is false.
class Fields {
public:
    Fields(const Source &archive, std::uint64_t at) : m_reader(archive, at) {}

    template <typename T>
    T next()
    {
        const auto value = m_reader.number<T>();
        m_isComplete = m_isComplete && value;
        return value.value_or(0);
    }
    void skip(std::uint64_t count) { text(count); }
    std::string_view text(std::uint64_t count) { return textOf(bytes(count)); }
    Bytes bytes(std::uint64_t count)
    {
        const auto taken = m_reader.take(count);
        m_isComplete = m_isComplete && taken;
        return taken.value_or(Bytes());
    }
    bool isComplete() const { return m_isComplete; }
    std::uint64_t position() const { return m_reader.position(); }

private:
    ByteReader m_reader;
    bool m_isComplete = true;
};

/// Replaces each saturated 32-bit value by its zip64 value, in the order of section 4.5.3. False if one is missing.
bool resolveZip64(Bytes extra, std::initializer_list<std::uint64_t *> values)
{
    constexpr std::uint16_t kZip64 = 1;
    Fields fields(extra, 0);
    while (fields.position() + 4 <= extra.size()) {
        const auto id = fields.next<std::uint16_t>();
        Fields content(fields.bytes(fields.next<std::uint16_t>()), 0);
        if (!fields.isComplete())
            return false;
        if (id != kZip64)
            continue;
        for (std::uint64_t *value : values)
            if (*value == kZipIn64)
                *value = content.next<std::uint64_t>();
        return content.isComplete();
    }
    for (const std::uint64_t *value : values)
        if (*value == kZipIn64)
            return false;
    return true;
}

/// Reads the fields that both headers have in common, from flags to sizes.
void readCommon(Fields &fields, ZipHeader &header)
{
    header.flags = fields.next<std::uint16_t>();
    header.method = fields.next<std::uint16_t>();
    fields.skip(4); // time and date
    header.crc = fields.next<std::uint32_t>();
    header.compressedSize = fields.next<std::uint32_t>();
    header.size = fields.next<std::uint32_t>();
}

// The functions for records return nothing if the bytes at `at` are not such a record, or contradict themselves.

std::optional<ZipHeader> zipCentralHeader(const Source &archive, std::uint64_t at)
{
    Fields fields(archive, at);
    ZipHeader header;
    const bool isSigned = fields.next<std::uint32_t>() == 0x02014b50;
    fields.skip(4); // versions
    readCommon(fields, header);
    const auto nameBytes = fields.next<std::uint16_t>(), extraBytes = fields.next<std::uint16_t>();
    const auto commentBytes = fields.next<std::uint16_t>();
    const auto disk = fields.next<std::uint16_t>();
    fields.skip(6); // attributes
    header.localOffset = fields.next<std::uint32_t>();
    header.name = fields.text(nameBytes);
    const Bytes extra = fields.bytes(extraBytes);
    fields.skip(commentBytes);
    header.end = fields.position();
    if (!isSigned || !fields.isComplete() || disk != 0 ||
        !resolveZip64(extra, {&header.size, &header.compressedSize, &header.localOffset}))
        return std::nullopt;
    return header;
}

std::optional<ZipHeader> zipLocalHeader(const Source &archive, std::uint64_t at)
{
    Fields fields(archive, at);
    ZipHeader header;
    const bool isSigned = fields.next<std::uint32_t>() == 0x04034b50;
    fields.skip(2); // version
    readCommon(fields, header);
    const auto nameBytes = fields.next<std::uint16_t>(), extraBytes = fields.next<std::uint16_t>();
    header.name = fields.text(nameBytes);
    const Bytes extra = fields.bytes(extraBytes);
    header.end = fields.position();
    if (!isSigned || !fields.isComplete() || !resolveZip64(extra, {&header.size, &header.compressedSize}))
        return std::nullopt;
    return header;
}

/// Finds the end records, zip64's included; an archive with a comment is not accepted.
std::optional<ZipEnd> zipEnd(const Source &archive)
{
    constexpr std::uint64_t kEndBytes = 22, kLocatorBytes = 20, kEnd64Bytes = 56, kSizeField = 12;
    if (archive.size() < kEndBytes)
        return std::nullopt;
    ZipEnd end;
    end.position = archive.size() - kEndBytes;
    Fields fields(archive, end.position);
    const bool isSigned = fields.next<std::uint32_t>() == 0x06054b50;
    const bool isSplit = fields.next<std::uint32_t>() != 0;
    const auto onDisk = fields.next<std::uint16_t>(), count = fields.next<std::uint16_t>();
    const auto size = fields.next<std::uint32_t>(), offset = fields.next<std::uint32_t>();
    if (!isSigned || isSplit || onDisk != count || fields.next<std::uint16_t>() != 0)
        return std::nullopt;
    end = {count, size, offset, end.position};
    if (end.position < kLocatorBytes)
        return end;
    Fields locator(archive, end.position - kLocatorBytes);
    if (locator.next<std::uint32_t>() != 0x07064b50)
        return end;
    locator.skip(4); // disk
    const auto end64At = locator.next<std::uint64_t>();
    if (end64At > end.position || end.position - end64At != kLocatorBytes + kEnd64Bytes)
        return std::nullopt;
    Fields end64(archive, end64At);
    const bool isEnd64 = end64.next<std::uint32_t>() == 0x06064b50;
    const bool isRightSize = end64.next<std::uint64_t>() == kEnd64Bytes - kSizeField;
    end64.skip(12); // versions, disks
    const auto onDisk64 = end64.next<std::uint64_t>();
    const ZipEnd wide{end64.next<std::uint64_t>(), end64.next<std::uint64_t>(), end64.next<std::uint64_t>(), end64At};
    const bool agrees = (count == 0xffff || count == wide.entryCount) &&
                        (size == kZipIn64 || size == wide.directorySize) &&
                        (offset == kZipIn64 || offset == wide.directoryOffset);
    if (!isEnd64 || !isRightSize || onDisk64 != wide.entryCount || !agrees)
        return std::nullopt;
    return wide;
}

/// Returns the end of the data descriptor at `at` if it repeats `header`'s CRC and sizes, else nothing.
std::optional<std::uint64_t> zipDescriptorEnd(const Source &archive, std::uint64_t at, const ZipHeader &header)
{
    constexpr std::uint32_t kSignature = 0x08074b50;
    Fields narrow(archive, at), wide(archive, at);
    if (narrow.next<std::uint32_t>() == kSignature && narrow.next<std::uint32_t>() == header.crc &&
        narrow.next<std::uint32_t>() == header.compressedSize && narrow.next<std::uint32_t>() == header.size &&
        narrow.isComplete())
        return narrow.position();
    if (wide.next<std::uint32_t>() == kSignature && wide.next<std::uint32_t>() == header.crc &&
        wide.next<std::uint64_t>() == header.compressedSize && wide.next<std::uint64_t>() == header.size &&
        wide.isComplete())
        return wide.position();
    return std::nullopt;
}

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
