#include "cli/arguments.h"

#include "cli/report.h"

#include <QCommandLineOption>

namespace reslens::cli {

Arguments::Arguments(const Command &command, QString synopsis) : m_command(command), m_synopsis(std::move(synopsis))
{
    m_parser.setApplicationDescription(command.summary);
    add({"device"}, "Run on this device: its number in `reslens-cli devices`, a part of its name, or cpu.", "N|NAME");
    add({"half"}, "Keep the weights in fp16 on the device: half the memory, a little less exact.");
    add({"json"}, "Print JSON on stdout, and nothing else.");
    add({"quiet"}, "No notes on stderr; errors are still shown.");
    add({"version"}, "Print the version.");
    add({"h", "help"}, "Print this help.");
}

void Arguments::add(const QStringList &names, const QString &meaning, const QString &valueName, const QString &fallback)
{
    m_parser.addOption(QCommandLineOption(names, meaning, valueName, fallback));
    m_names += names;
}

std::optional<int> Arguments::parse(const QStringList &arguments)
{
    // QCommandLineParser skips the first argument, the program's name.
    const bool isUnderstood = m_parser.parse(QStringList{"reslens-cli"} + arguments);
    if (has("help")) {
        print(helpText());
        return kDone;
    }
    if (has("version")) {
        print(QStringLiteral("reslens-cli " RESLENS_VERSION "\n"));
        return kDone;
    }
    if (!isUnderstood) {
        QString problem = m_parser.errorText();
        if (problem.endsWith(u'.'))
            problem.chop(1);
        return wrong(problem);
    }
    return std::nullopt;
}

Result<int> Arguments::number(const QString &name, int smallest, int largest) const
{
    bool isNumber = false;
    const int number = value(name).toInt(&isNumber);
    if (!isNumber || number < smallest || number > largest)
        return fail(ErrorKind::InvalidInput, {},
                    QStringLiteral("--%1 needs a whole number from %2 to %3, not '%4'")
                        .arg(name)
                        .arg(smallest)
                        .arg(largest)
                        .arg(value(name))
                        .toStdString());
    return number;
}

int Arguments::wrong(const QString &problem) const
{
    return usageError(m_command.name, problem);
}

QString Arguments::helpText() const
{
    // Qt's text begins with a usage line that knows neither the command nor what follows its options.
    const QString text = m_parser.helpText();
    return QStringLiteral("Usage: reslens-cli %1 [options] %2\n").arg(m_command.name, m_synopsis) +
           text.mid(text.indexOf(u'\n') + 1);
}

qsizetype commandPosition(const QStringList &arguments)
{
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == "--device")
            ++i;
        else if (!arguments[i].startsWith(u'-'))
            return i;
    }
    return -1;
}

} // namespace reslens::cli
