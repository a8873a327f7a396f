#include "cli/report.h"

#include "cli/command.h"

#include <cstdio>

namespace reslens::cli {

namespace {

/// File names may hold line ends and escape sequences; a message is one line and cannot steer the terminal.
QString oneLine(QString text)
{
    for (QChar &c : text)
        if (c.category() == QChar::Other_Control)
            c = u'?';
    return text;
}

void writeLine(const char *kind, const QString &text)
{
    std::fprintf(stderr, "reslens-cli: %s: %s\n", kind, oneLine(text).toUtf8().constData());
}

} // namespace

void print(const QString &text)
{
    const QByteArray bytes = text.toUtf8();
    std::fwrite(bytes.constData(), 1, std::size_t(bytes.size()), stdout);
}

void printJson(const Json &json)
{
    // Labels and paths may be no valid UTF-8; a replacement character is better than no answer.
    const std::string text = json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
    std::fwrite(text.data(), 1, text.size(), stdout);
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
