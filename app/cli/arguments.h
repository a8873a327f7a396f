// The arguments of one command: its own options, the global ones, and the help and usage errors all commands share.
#pragma once

#include "cli/command.h"
#include "error/error.h"

#include <QCommandLineParser>

#include <optional>

namespace reslens::cli {

class Arguments {
public:
    /// `synopsis` follows the options in the usage line, such as "IMAGE…".
    Arguments(const Command &command, QString synopsis);

    void add(const QStringList &names, const QString &meaning, const QString &valueName = {},
             const QString &fallback = {});
    /// Returns an exit code if the command ends here: help or version was asked for, or an option is wrong.
    std::optional<int> parse(const QStringList &arguments);

    QStringList positional() const { return m_parser.positionalArguments(); }
    /// False too if the command has no such option.
    bool has(const QString &name) const { return m_names.contains(name) && m_parser.isSet(name); }
    QString value(const QString &name) const { return m_parser.value(name); }
    /// Returns every value of an option that may be repeated, as it stands.
    QStringList each(const QString &name) const { return has(name) ? m_parser.values(name) : QStringList(); }
    /// Returns the values of an option that may be repeated or hold a comma-separated list.
    QStringList values(const QString &name) const
    {
        return m_parser.values(name).join(u',').split(u',', Qt::SkipEmptyParts);
    }
    /// Returns the value as a whole number within [smallest, largest]. Its error is a usage error: see usageError().
    Result<int> number(const QString &name, int smallest, int largest) const;

    bool wantsJson() const { return has("json"); }
    bool isQuiet() const { return has("quiet"); }

    /// Reports a usage error of this command and returns its exit code.
    int wrong(const QString &problem) const;
    int wrong(const Error &error) const { return wrong(QString::fromStdString(error.message())); }

private:
    QString helpText() const;

    const Command &m_command;
    QString m_synopsis;
    QCommandLineParser m_parser;
    QStringList m_names; // of all options
};

/// Returns the index of the command's name in `arguments` (without the program's name), or -1. Global options may come
/// first, and --device takes a value.
qsizetype commandPosition(const QStringList &arguments);

} // namespace reslens::cli
