// Runs the real reslens-cli and keeps its output.
#pragma once

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QProcessEnvironment>
#include <QStringList>

namespace reslens::test {

struct CliAnswer {
    int exitCode = -1; // -1: it did not end by itself
    QByteArray out, err;

    const QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
    /// Returns all output, as the message of a failed check.
    QByteArray text() const { return "exit code " + QByteArray::number(exitCode) + "\n" + out + err; }
    /// True if stderr is exactly one "reslens-cli: error: …" line.
    bool hasOneErrorLine() const
    {
        return err.startsWith("reslens-cli: error: ") && err.count('\n') == 1 && err.endsWith('\n');
    }
};

inline CliAnswer runCli(const QStringList &arguments,
                        const QProcessEnvironment &environment = QProcessEnvironment::systemEnvironment())
{
    constexpr int kPatienceMs = 300'000;
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(RESLENS_CLI, arguments);
    CliAnswer answer;
    if (process.waitForFinished(kPatienceMs) && process.exitStatus() == QProcess::NormalExit)
        answer.exitCode = process.exitCode();
    process.kill();
    answer.out = process.readAllStandardOutput();
    answer.err = process.readAllStandardError();
    return answer;
}

} // namespace reslens::test
