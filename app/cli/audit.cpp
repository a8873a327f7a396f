// reslens-cli audit: what is in a file, and what Python would run if it loaded it.
#include "audit/file_contents.h"
#include "cli/answer_parts.h"
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

Json auditJson(const audit::FileContents &contents)
{
    const audit::FileAudit &found = contents.audit;
    Json undecided = Json::array();
    for (const Error &error : found.undecided)
        undecided.push_back(error.message());
    return {{"file", found.file},
            {"container", found.container},
            {"verdict", audit::name(found.verdict)},
            {"calls", callsJson(found)},
            {"oddities", found.oddities},
            {"undecided", undecided},
            {"networks", networksJson(contents)}};
}

QString auditText(const audit::FileContents &contents)
{
    const audit::FileAudit &found = contents.audit;
    QString text =
        QString::fromStdString(found.file + ": " + found.container + ", " + audit::name(found.verdict) + "\n");
    if (!found.calls.empty())
        text += "Python would import or call:\n";
    for (const audit::NamedCall &call : found.calls)
        text += "  " + QString::fromStdString(audit::textOf(call)) + "\n";
    for (const audit::NetworkInside &network : contents.networks)
        text += QString::fromStdString("network " + audit::textOf(network) + "\n");
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
    const auto found = audit::contentsOf(arguments.positional().front().toStdString());
    if (!found)
        return failed(found.error());
    if (arguments.wantsJson())
        printJson(auditJson(*found));
    else
        print(auditText(*found));
    for (const Error &error : found->audit.undecided)
        failed(error);
    return found->audit.undecided.empty() ? kDone : kFailed;
}

} // namespace reslens::cli
