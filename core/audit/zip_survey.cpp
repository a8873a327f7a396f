#include "audit/zip_survey.h"

#include "error/printable.h"
#include "weights/limits.h"
#include "weights/zip_records.h"

#include <zlib.h>

#include <algorithm>
#include <map>

namespace reslens::audit {

namespace {

using weights::Bytes;
using weights::Source;
using weights::ZipHeader;

constexpr std::string_view kEndSignature = "PK\x05\x06", kLocalSignature = "PK\x03\x04";
constexpr std::uint64_t kEndBytes = 22, kMostComment = 65'535;
constexpr std::uint16_t kStored = 0, kDeflated = 8;
constexpr std::uint64_t kMostContent = weights::kMaxPickleBytes + 1;

/// Inflates at most `most` bytes; empty if the data are damaged.
std::optional<std::vector<std::byte>> inflated(Bytes compressed, std::uint64_t most)
{
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
        return std::nullopt;
    const std::unique_ptr<z_stream, decltype(&inflateEnd)> closer(&stream, inflateEnd);
    std::vector<std::byte> content;
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<std::byte *>(compressed.data()));
    stream.avail_in = uInt(std::min<std::uint64_t>(compressed.size(), std::numeric_limits<uInt>::max()));
    int state = Z_OK;
    while (state == Z_OK && content.size() < most) {
        const std::size_t before = content.size();
        content.resize(std::min<std::uint64_t>(most, before + 65'536));
        stream.next_out = reinterpret_cast<Bytef *>(content.data() + before);
        stream.avail_out = uInt(content.size() - before);
        state = inflate(&stream, Z_NO_FLUSH);
        content.resize(content.size() - stream.avail_out);
    }
    return state == Z_STREAM_END || state == Z_OK ? std::optional(std::move(content)) : std::nullopt;
}

struct Range {
    std::uint64_t begin, end;
};

class Survey {
public:
    Survey(const Source &source, const std::string &subject) : m_source(source), m_subject(subject) {}

    ZipSurvey run()
    {
        if (const auto end = zipEndIn(m_source))
            readDirectory(*end);
        else
            undecided("has no end record of a zip archive: cut off, or not closed", m_source.size());
        readGaps();
        return std::move(m_found);
    }

private:
    void odd(std::string text) { m_found.oddities.push_back(std::move(text)); }
    void undecided(const std::string &problem, std::uint64_t at)
    {
        if (!m_found.undecided)
            m_found.undecided = Error{ErrorKind::Malformed, m_subject, "zip: " + problem, at};
    }

    void readDirectory(std::uint64_t endAt)
    {
        weights::ByteReader reader(m_source, endAt + kEndBytes - 2);
        const auto comment = reader.number<std::uint16_t>().value_or(0);
        const auto end = weights::zipEnd(m_source.first(endAt + kEndBytes), comment);
        if (!end)
            return undecided("its end record contradicts itself", endAt);
        const std::uint64_t behind = m_source.size() - endAt - kEndBytes;
        if (comment > 0)
            odd("the archive has a comment of " + std::to_string(comment) + " bytes");
        if (behind > comment)
            odd(std::to_string(behind - comment) + " bytes of data stand behind the archive");
        const auto directory = weights::checkedAdd(end->directoryOffset, end->directorySize);
        if (!directory || *directory > end->position)
            return undecided("its directory does not lie where the end record says", endAt);
        m_shift = end->position - *directory;
        if (m_shift > 0)
            odd(std::to_string(m_shift) + " bytes of data stand before the archive");
        m_used.push_back(
            {m_shift + end->directoryOffset, endAt + kEndBytes + std::min<std::uint64_t>(comment, behind)});
        readEntries(*end);
    }

    void readEntries(const weights::ZipEnd &end)
    {
        std::uint64_t at = m_shift + end.directoryOffset;
        if (end.entryCount > weights::kMaxZipEntries)
            return undecided("has " + std::to_string(end.entryCount) + " entries; at most " +
                                 std::to_string(weights::kMaxZipEntries) + " are looked at",
                             at);
        std::map<std::string, int> seen;
        for (std::uint64_t i = 0; i < end.entryCount; ++i) {
            const auto header = weights::zipCentralHeader(m_source.first(end.position), at);
            if (!header)
                return undecided("entry " + std::to_string(i) + " of its directory is damaged", at);
            if (seen[std::string(header->name)]++ == 1)
                odd("has more than one entry of the name " + inQuotes(header->name));
            readEntry(*header);
            at = header->end;
        }
        if (at != end.position)
            odd("its directory has more than the entries that it counts");
    }

    void readEntry(const ZipHeader &central)
    {
        const std::string what = "entry " + inQuotes(central.name);
        constexpr std::uint32_t kTypeOfFile = 0xf000, kLink = 0xa000;
        if ((central.attributes >> 16 & kTypeOfFile) == kLink)
            odd(what + " is a link");
        const auto at = weights::checkedAdd(m_shift, central.localOffset);
        const auto local = at && *at < m_source.size() ? weights::zipLocalHeader(m_source, *at) : std::nullopt;
        if (!local)
            return undecided(what + " has no local header where the directory says", central.localOffset);
        const bool isDeferred = (central.flags & weights::kZipHasDescriptor) != 0 && local->size == 0;
        if (local->name != central.name || local->method != central.method ||
            (!isDeferred && (local->size != central.size || local->compressedSize != central.compressedSize)))
            undecided(what + ": its local header and the directory disagree", *at);
        addMember(central, *at, local->end);
    }

    void addMember(const ZipHeader &header, std::uint64_t begin, std::uint64_t data)
    {
        const std::string what = "entry " + inQuotes(header.name);
        const auto end = weights::checkedAdd(data, header.compressedSize);
        if (!end || *end > m_source.size())
            return undecided(what + " reaches beyond the file", begin);
        const Source stored = m_source.part(data, header.compressedSize);
        const auto behind = weights::zipDescriptorEnd(m_source, *end, header);
        m_used.push_back({begin, (header.flags & weights::kZipHasDescriptor) && behind ? *behind : *end});
        ZipMember member{std::string(header.name), data,
                         stored.first(std::min<std::uint64_t>(stored.size(), kMostContent))};
        if (header.flags & weights::kZipEncrypted) {
            odd(what + " is encrypted");
            member.isIntact = false;
        } else if (header.method == kDeflated) {
            inflate(member, stored);
        } else if (header.method != kStored) {
            odd(what + " is compressed by method " + std::to_string(header.method));
            member.isIntact = false;
        }
        m_found.members.push_back(std::move(member));
    }

    void inflate(ZipMember &member, const Source &stored)
    {
        const std::uint64_t most = std::min(kMostContent, kMaxInflatedBytes - m_inflated);
        auto content = inflated(stored.bytes(), most);
        member.isIntact = content && (content->size() < most || most == kMostContent);
        if (!content)
            odd("entry " + inQuotes(member.name) + " is damaged");
        const auto owner =
            std::make_shared<std::vector<std::byte>>(content ? std::move(*content) : std::vector<std::byte>());
        m_inflated += owner->size();
        member.content = Source(*owner, owner);
    }

    /// Looks for entries that the directory does not have in everything that no entry uses.
    void readGaps()
    {
        std::ranges::sort(m_used, {}, &Range::begin);
        std::vector<Range> gaps;
        std::uint64_t at = 0;
        for (const Range &range : m_used) {
            if (range.begin > at)
                gaps.push_back({at, range.begin});
            else if (range.begin < at)
                odd("entries overlap at byte " + std::to_string(range.begin));
            at = std::max(at, range.end);
        }
        if (at < m_source.size())
            gaps.push_back({at, m_source.size()});
        for (const Range &gap : gaps)
            readGap(gap);
    }

    void readGap(const Range &gap)
    {
        const Source bytes = m_source.part(gap.begin, gap.end - gap.begin);
        const std::string_view text = weights::textOf(bytes.bytes());
        std::size_t at = text.find(kLocalSignature);
        const std::uint64_t before = std::min<std::uint64_t>(at, text.size());
        if (before > 0) {
            odd(std::to_string(before) + " bytes at byte " + std::to_string(gap.begin) + " belong to no entry");
            m_found.rest.push_back(bytes.first(before));
        }
        while (at != std::string_view::npos) {
            std::uint64_t next = at + kLocalSignature.size();
            if (const auto header = weights::zipLocalHeader(m_source, gap.begin + at)) {
                odd("has an entry " + inQuotes(header->name) + " that its directory does not have");
                if (m_found.members.size() >= weights::kMaxZipEntries)
                    return undecided("has too many entries that its directory does not have", gap.begin + at);
                addMember(*header, gap.begin + at, header->end);
                next = std::max<std::uint64_t>(next, std::min(m_used.back().end, gap.end) - gap.begin);
            }
            at = text.find(kLocalSignature, std::size_t(next));
        }
    }

    const Source &m_source;
    const std::string &m_subject;
    std::uint64_t m_shift = 0, m_inflated = 0;
    std::vector<Range> m_used;
    ZipSurvey m_found;
};

} // namespace

std::optional<std::uint64_t> zipEndIn(const Source &source)
{
    const std::uint64_t from = source.size() - std::min(source.size(), kEndBytes + kMostComment);
    const std::string_view tail = weights::textOf(source.part(from, source.size() - from).bytes());
    if (tail.size() < kEndBytes)
        return std::nullopt;
    const std::size_t at = tail.rfind(kEndSignature, tail.size() - kEndBytes);
    return at == std::string_view::npos ? std::nullopt : std::optional(from + at);
}

ZipSurvey surveyZip(const Source &source, const std::string &subject)
{
    return Survey(source, subject).run();
}

} // namespace reslens::audit
