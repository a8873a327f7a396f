#include "weights/zip_records.h"

namespace reslens::weights {

namespace {

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

} // namespace

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
    fields.skip(2); // internal attributes
    header.attributes = fields.next<std::uint32_t>();
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

std::optional<ZipEnd> zipEnd(const Source &archive, std::uint16_t commentBytes)
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
    if (!isSigned || isSplit || onDisk != count || fields.next<std::uint16_t>() != commentBytes)
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

} // namespace reslens::weights
