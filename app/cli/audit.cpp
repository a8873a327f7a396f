// reslens-cli audit: what is in a file, and what Python would run if it loaded it.
#include "audit/file_audit.h"
#include "cli/arguments.h"
#include "cli/report.h"

namespace reslens::cli {

namespace {

Json callsJson(const audit::FileAudit &found)
{
    Json calls = Json::array();
    for (const audit::NamedCall &call : found.calls)
        calls.push_back({{"name", call.name},
                         {"called", call.isCalled},
                         {"arguments", call.arguments},
                         {"where", call.where},
                         {"byte", call.byte}});
    return calls;
}

Json auditJson(const audit::FileAudit &found)
{
    Json undecided = Json::array();
    for (const Error &error : found.undecided)
        undecided.push_back(error.message());
    return {{"file", found.file},        {"container", found.container}, {"verdict", audit::name(found.verdict)},
            {"calls", callsJson(found)}, {"oddities", found.oddities},   {"undecided", undecided}};
}

/// "os.system('touch x')  archive/data.pkl, byte 17"
QString callText(const audit::NamedCall &call)
{
    std::string text = call.name;
    if (call.isCalled) {
        text += "(";
        for (std::size_t i = 0; i < call.arguments.size(); ++i)
            text += (i > 0 ? ", " : "") + call.arguments[i];
        text += ")";
    }
    text += "  " + call.where + ", byte " + std::to_string(call.byte);
    return QString::fromStdString(text);
}

QString auditText(const audit::FileAudit &found)
{
    QString text =
        QString::fromStdString(found.file + ": " + found.container + ", " + audit::name(found.verdict) + "\n");
    if (!found.calls.empty())
        text += "Python would import or call:\n";
    for (const audit::NamedCall &call : found.calls)
        text += "  " + callText(call) + "\n";
    if (!found.oddities.empty())
        text += "oddities:\n";
    for (const std::string &oddity : found.oddities)
        text += "  " + QString::fromStdString(oddity) + "\n";
    return text;
}

} // namespace

int audit(const Command &self, const QStringList &given)
{
    Arguments arguments(self, "FILE");
    if (const auto over = arguments.parse(given))
        return *over;
    if (arguments.positional().size() != 1)
        return arguments.wrong("needs one FILE");
    const auto found = audit::auditFile(arguments.positional().front().toStdString());
    if (!found)
        return failed(found.error());
    if (arguments.wantsJson())
        printJson(auditJson(*found));
    else
        print(auditText(*found));
    for (const Error &error : found->undecided)
        failed(error);
    return found->undecided.empty() ? kDone : kFailed;
}

} // namespace reslens::cli
