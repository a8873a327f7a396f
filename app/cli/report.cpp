#include "cli/report.h"

#include "cli/command.h"
#include "error/printable.h"

#include <QByteArrayList>

#include <cstdio>

namespace reslens::cli {

namespace {

void writeLine(const char *kind, const QString &text)
{
    std::fprintf(stderr, "reslens-cli: %s: %s\n", kind, printable(text.toStdString()).c_str());
}

void write(const std::string &text)
{
    std::fwrite(text.data(), 1, text.size(), stdout);
}

std::string textOf(const Json &json)
{
    // Labels and paths may be invalid UTF-8; a replacement character is better than no answer.
    return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

} // namespace

void print(const QString &text)
{
    QByteArrayList lines = text.toUtf8().split('\n');
    for (QByteArray &line : lines) // names in it come from files
        line = QByteArray::fromStdString(printable({line.constData(), std::size_t(line.size())}));
    write(lines.join('\n').toStdString());
}

void printJson(const Json &json)
{
    write(textOf(json) + "\n");
}

JsonListPrinter::JsonListPrinter(const Json &head, const std::string &name)
{
    Json whole = head;
    whole[name] = Json::array();
    std::string text = textOf(whole);
    text.resize(text.rfind(']')); // the rest is printed when the list is complete
    write(text);
}

void JsonListPrinter::add(const Json &item)
{
    constexpr std::string_view kLineEnd = "\n    "; // before an item of a member's list
    std::string text = std::string(m_isEmpty ? "" : ",");
    text += kLineEnd;
    for (const char c : textOf(item)) // JSON escapes line ends in strings
        c == '\n' ? text += kLineEnd : text += c;
    write(text);
    m_isEmpty = false;
}

void JsonListPrinter::finish()
{
    write(m_isEmpty ? "]\n}\n" : "\n  ]\n}\n");
}

int failed(const Error &error)
{
    writeLine("error", QString::fromStdString(error.message()));
    return kFailed;
}

int usageError(const QString &command, const QString &problem)
{
    const QString name = command.isEmpty() ? QStringLiteral("reslens-cli") : "reslens-cli " + command;
    writeLine("error", QStringLiteral("%1 (see %2 --help)").arg(problem, name));
    return kUsage;
}

void note(const QString &text)
{
    writeLine("note", text);
}

bool flushOutput()
{
    return std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
}

} // namespace reslens::cli
