#include "audit/containers.h"

#include "audit/zip_survey.h"
#include "error/printable.h"
#include "weights/checkpoint.h"
#include "weights/limits.h"
#include "weights/torch_containers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

namespace reslens::audit {

namespace {

using weights::Source;
using weights::textOf;

constexpr std::string_view kNpy = "\x93NUMPY", kZip = "PK\x03\x04", kProto = "\x80";

std::string_view beginning(const Source &source, std::uint64_t count)
{
    return textOf(source.first(std::min(source.size(), count)).bytes());
}

/// `source` begins at byte source.begin() of the file, or of what was inflated.
PickleAudit auditAt(const Source &source, std::uint64_t at, const std::string &subject)
{
    const std::uint64_t most = std::min(source.size() - at, weights::kMaxPickleBytes + 1);
    return auditPickle(source.part(at, most).bytes(), source.begin() + at, subject);
}

/// Looks into bytes that nobody calls a pickle: a complete one, or one that begins as one and imports something.
bool addIfPickle(const Source &source, const std::string &where, Findings &findings)
{
    const PickleAudit pickle = auditAt(source, 0, findings.file());
    const bool isPickle = (pickle.isComplete && pickle.size > 2) || !pickle.imports.empty();
    if (!isPickle || (!pickle.isComplete && !beginning(source, 1).starts_with(kProto)))
        return false;
    findings.add(pickle, where);
    return true;
}

bool isStorageKey(std::string_view text)
{
    return !text.empty() && text.find('/') == std::string_view::npos;
}

/// True for what torch.save and torch.jit.save write into their folder.
bool isTorchEntry(std::string_view rest)
{
    constexpr std::array<std::string_view, 8> kFiles{
        "data.pkl",        "byteorder",          "version",       "constants.pkl", ".data/serialization_id",
        ".format_version", ".storage_alignment", "attributes.pkl"};
    constexpr std::string_view kData = "data/", kConstants = "constants/";
    return std::ranges::find(kFiles, rest) != kFiles.end() ||
           (rest.starts_with(kData) && isStorageKey(rest.substr(kData.size()))) ||
           (rest.starts_with(kConstants) && isStorageKey(rest.substr(kConstants.size()))) ||
           rest.starts_with("code/") || rest.starts_with("extra/");
}

void noteName(const std::string &name, Findings &findings)
{
    const std::string what = "entry " + inQuotes(name);
    const std::string path = "/" + name + "/";
    if (path.find("/../") != std::string::npos || name.find("..\\") != std::string::npos)
        findings.odd(what + " has '..' in its name");
    if (name.starts_with('/') || name.starts_with('\\') || (name.size() > 1 && name[1] == ':'))
        findings.odd(what + " has an absolute name");
    if (printable(name) != name)
        findings.odd(what + " has characters in its name that steer a terminal or hide");
}

/// The folder of data.pkl; empty if there is none.
std::string folderOf(const ZipSurvey &survey)
{
    constexpr std::string_view kObject = "/data.pkl";
    for (const ZipMember &member : survey.members)
        if (member.name.ends_with(kObject))
            return member.name.substr(0, member.name.size() - kObject.size() + 1);
    return {};
}

bool isNamedPickle(std::string_view name)
{
    constexpr std::array<std::string_view, 5> kEndings{".pkl", ".pickle", ".pck", ".p", ".joblib"};
    return std::ranges::any_of(kEndings, [&](std::string_view ending) { return name.ends_with(ending); });
}

void auditMember(const ZipMember &member, Findings &findings)
{
    const bool isPickle = isNamedPickle(member.name);
    if (!member.isIntact && isPickle)
        findings.undecided({ErrorKind::Unsupported, findings.file(),
                            "entry " + inQuotes(member.name) + " is a pickle that cannot be read", member.byte});
    if (isPickle) {
        PickleAudit pickle = auditAt(member.content, 0, findings.file());
        const bool goesOn = pickle.isComplete && pickle.size < member.content.size();
        if (goesOn)
            findings.odd("entry " + inQuotes(member.name) + " goes on behind its pickle");
        findings.add(pickle, member.name);
        if (goesOn)
            addIfPickle(member.content.part(pickle.size, member.content.size() - pickle.size), member.name, findings);
    } else if (beginning(member.content, kNpy.size()) == kNpy) {
        auditNpy(member.content, member.name, findings);
    } else if (beginning(member.content, kZip.size()) == kZip) {
        findings.undecided({ErrorKind::Unsupported, findings.file(),
                            "entry " + inQuotes(member.name) + " is an archive itself, which is not looked into",
                            member.byte});
    } else if (addIfPickle(member.content, member.name, findings)) {
        findings.odd("entry " + inQuotes(member.name) + " is a pickle, which its name does not say");
    }
}

} // namespace

void auditZip(const Source &source, Findings &findings)
{
    ZipSurvey survey = surveyZip(source, findings.file());
    const std::string folder = folderOf(survey);
    const bool isNpz = std::ranges::all_of(survey.members, [](auto &m) { return m.name.ends_with(".npy"); });
    const bool isScript = std::ranges::any_of(
        survey.members, [&](auto &m) { return !folder.empty() && m.name.starts_with(folder + "code/"); });
    findings.container(isScript ? "TorchScript" : !folder.empty() ? "torch zip" : isNpz ? "NumPy .npz" : "zip");
    if (isScript)
        findings.odd("holds a TorchScript program, which torch.jit.load compiles");
    for (const ZipMember &member : survey.members) {
        noteName(member.name, findings);
        if (!folder.empty() && !member.name.ends_with('/') &&
            (!member.name.starts_with(folder) || !isTorchEntry(std::string_view(member.name).substr(folder.size()))))
            findings.odd("has the entry " + inQuotes(member.name) + ", which torch.save does not write");
        auditMember(member, findings);
    }
    for (const Source &rest : survey.rest)
        addIfPickle(rest, "bytes that belong to no entry", findings);
    for (std::string &oddity : survey.oddities)
        findings.odd(std::move(oddity));
    if (survey.undecided)
        findings.undecided(std::move(*survey.undecided));
}

namespace {

constexpr std::string_view kMagic("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 13); // LONG1 and STOP
constexpr std::array<const char *, 5> kLegacyParts{"magic number", "protocol version", "system info", "object",
                                                   "storage keys"};

/// The pickles of a legacy file are followed by raw storages, which the reader of checkpoints accounts for.
void auditStorages(const Source &source, std::uint64_t at, Findings &findings)
{
    const auto read = weights::readTorchLegacy(source, findings.file());
    if (read || read.error().kind == ErrorKind::Unsupported)
        return;
    const Error &error = read.error();
    findings.odd("its storages are not as the object says: " + error.problem);
    if (error.offset && *error.offset >= at && *error.offset < source.size())
        addIfPickle(source.part(*error.offset, source.size() - *error.offset), "behind the storages", findings);
}

} // namespace

void auditPickles(const Source &source, Findings &findings)
{
    const std::string_view start = beginning(source, 2 + kMagic.size());
    const bool isLegacy = start.size() > 2 && start.substr(2) == kMagic;
    findings.container(isLegacy ? "torch legacy" : "pickle");
    std::uint64_t at = 0;
    for (std::size_t i = 0; at < source.size() && (!isLegacy || i < kLegacyParts.size()); ++i) {
        const PickleAudit pickle = auditAt(source, at, findings.file());
        const bool isNothing = !isLegacy && !pickle.isComplete && pickle.imports.empty();
        if (isNothing && i == 0 && !start.starts_with(kProto)) {
            findings.container("unknown");
            return findings.undecided(
                {ErrorKind::Unsupported, findings.file(), "is neither a pickle nor a container that ResLens knows", 0});
        }
        if (isNothing && i > 0)
            break;
        findings.add(pickle, isLegacy ? kLegacyParts[i] : "pickle " + std::to_string(i + 1));
        if (!pickle.isComplete)
            return;
        at += pickle.size;
    }
    if (isLegacy)
        auditStorages(source, at, findings);
    else if (at < source.size())
        findings.odd(std::to_string(source.size() - at) + " bytes follow the last pickle");
}

void auditNpy(const Source &source, const std::string &where, Findings &findings)
{
    constexpr std::uint64_t kFixed = 10;
    weights::ByteReader reader(source, kNpy.size());
    const auto version = reader.number<std::uint8_t>();
    reader.number<std::uint8_t>();
    const std::uint64_t length = version && *version > 1 ? reader.number<std::uint32_t>().value_or(0)
                                                         : reader.number<std::uint16_t>().value_or(0);
    const auto header = reader.take(length);
    if (!header || reader.position() < kFixed)
        return findings.undecided({ErrorKind::Malformed, findings.file(), inQuotes(where) + " is a damaged array", 0});
    // Elements of any type with an O in its name may be objects: '|O', [('a', 'O')].
    if (textOf(*header).find('O') == std::string_view::npos || reader.remaining() == 0)
        return;
    if (!addIfPickle(source.part(reader.position(), reader.remaining()), where, findings))
        findings.odd(inQuotes(where) + " may hold objects, but no pickle follows its header");
}

void auditTar(const Source &source, Findings &findings)
{
    constexpr std::uint64_t kBlock = 512, kSizeAt = 124, kSizeBytes = 12, kTypeAt = 156, kNameBytes = 100;
    findings.container("torch tar");
    const auto number = [](std::string_view text) {
        std::uint64_t value = 0;
        const std::size_t first = text.find_first_not_of(' ');
        if (first != std::string_view::npos)
            std::from_chars(text.data() + first, text.data() + text.size(), value, 8);
        return value;
    };
    std::uint64_t at = 0;
    while (source.size() - at >= kBlock) {
        const std::string_view header = textOf(source.part(at, kBlock).bytes());
        const std::string name(header.substr(0, std::min(header.find('\0'), std::size_t(kNameBytes))));
        if (name.empty())
            break;
        noteName(name, findings);
        const std::uint64_t size = number(header.substr(kSizeAt, kSizeBytes)), data = at + kBlock;
        if (header[kTypeAt] == '1' || header[kTypeAt] == '2')
            findings.odd("entry " + inQuotes(name) + " is a link");
        if (size > source.size() - data)
            return findings.undecided({ErrorKind::Malformed, findings.file(),
                                       "tar: entry " + inQuotes(name) + " reaches beyond the file", at});
        const Source content = source.part(data, size);
        if (name == "pickle" || name == "sys_info" || isNamedPickle(name))
            findings.add(auditAt(content, 0, findings.file()), name);
        else if (size > 0 && addIfPickle(content, name, findings))
            findings.undecided({ErrorKind::Unsupported, findings.file(),
                                "tar: entry " + inQuotes(name) + " mixes pickles with data; only its first is read",
                                data});
        const auto next = weights::checkedAdd(data, (size + kBlock - 1) / kBlock * kBlock);
        if (!next || *next > source.size())
            break;
        at = *next;
    }
}

void auditSafetensors(const Source &source, Findings &findings)
{
    findings.container("safetensors");
    const auto read = weights::readSafetensors(source, findings.file());
    if (!read)
        return findings.undecided(read.error());
    for (const auto &[name, tensor] : read->tensors)
        if (printable(name) != name)
            findings.odd("tensor " + inQuotes(name) + " has characters in its name that steer a terminal or hide");
}

} // namespace reslens::audit
