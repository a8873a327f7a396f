#include "audit/file_audit.h"

#include "audit/containers.h"
#include "audit/zip_survey.h"
#include "error/printable.h"

#include <algorithm>

namespace reslens::audit {

namespace {

using weights::Source;
using weights::textOf;

constexpr std::size_t kMaxOddities = 1000;

} // namespace

void Findings::raiseTo(Verdict verdict)
{
    m_audit.verdict = std::max(m_audit.verdict, verdict);
}

void Findings::odd(std::string oddity)
{
    raiseTo(Verdict::Unusual);
    if (m_audit.oddities.size() < kMaxOddities)
        m_audit.oddities.push_back(std::move(oddity));
}

void Findings::undecided(Error error)
{
    raiseTo(Verdict::Unusual);
    if (m_audit.undecided.size() < kMaxOddities)
        m_audit.undecided.push_back(std::move(error));
}

/// Every call, and every import that is never called, in the order of the pickle.
void Findings::add(const PickleAudit &pickle, const std::string &where)
{
    const std::size_t first = m_audit.calls.size();
    for (const Import &import : pickle.imports) {
        raiseTo(verdictOn(import.module, import.name));
        if (!import.isCalled)
            m_audit.calls.push_back({import.text(), false, {}, where, import.byte});
    }
    for (const Call &call : pickle.calls)
        m_audit.calls.push_back({call.name, true, call.arguments, where, call.byte});
    std::stable_sort(m_audit.calls.begin() + std::ptrdiff_t(first), m_audit.calls.end(),
                     [](const NamedCall &a, const NamedCall &b) { return a.byte < b.byte; });
    for (const std::string &oddity : pickle.oddities)
        odd(inQuotes(where) + " " + oddity);
    if (pickle.undecided) {
        if (pickle.undecided->kind == ErrorKind::Unsupported)
            raiseTo(Verdict::RunsCode);
        undecided({pickle.undecided->kind, m_audit.file, inQuotes(where) + ": " + pickle.undecided->problem,
                   pickle.undecided->offset});
    }
}

FileAudit auditSource(const Source &source, const std::string &name)
{
    constexpr std::uint64_t kRecognised = 512;
    FileAudit audit;
    audit.file = name;
    Findings findings(audit);
    const std::string_view text = textOf(source.first(std::min(source.size(), kRecognised)).bytes());
    if (text.starts_with("PK\x03\x04") || text.starts_with("PK\x05\x06")) {
        auditZip(source, findings);
    } else if (text.size() > 8 && text[8] == '{') {
        auditSafetensors(source, findings);
    } else if (text.find("ustar") == 257) {
        auditTar(source, findings);
    } else if (text.starts_with("\x93NUMPY")) {
        findings.container("NumPy array");
        auditNpy(source, "the array", findings);
    } else {
        auditPickles(source, findings);
        if (zipEndIn(source)) { // Python runs an archive behind anything
            findings.odd("is a zip archive as well");
            auditZip(source, findings);
        }
    }
    return audit;
}

std::string textOf(const NamedCall &call)
{
    std::string text = call.name;
    if (call.isCalled) {
        text += "(";
        for (std::size_t i = 0; i < call.arguments.size(); ++i)
            text += (i > 0 ? ", " : "") + call.arguments[i];
        text += ")";
    }
    return text + "  " + call.where + ", byte " + std::to_string(call.byte);
}

Result<FileAudit> auditFile(const std::filesystem::path &path)
{
    try {
        const Source source = TRY(Source::open(path));
        FileAudit audit = auditSource(source, path.string());
        source.file()->checkUnchanged();
        return audit;
    } catch (const Error &error) { // the file was truncated or written to meanwhile
        return tl::unexpected(error);
    }
}

} // namespace reslens::audit
