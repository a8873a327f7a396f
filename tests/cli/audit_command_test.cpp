// reslens-cli audit.
#include "cli/cli_process.h"

#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

using namespace reslens::test;

class AuditCommandTest : public QObject {
    Q_OBJECT

private slots:
    void a_call_is_listed_with_its_arguments()
    {
        const CliAnswer answer = runCli({"audit", written("call.pkl", "cos\nsystem\n(S'touch x'\ntR."), "--json"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        const QJsonObject json = answer.json();
        QCOMPARE(json["container"].toString(), QString("pickle"));
        QCOMPARE(json["verdict"].toString(), QString("runs-code"));
        const QJsonObject call = json["calls"].toArray().at(0).toObject();
        QCOMPARE(call["name"].toString(), QString("os.system"));
        QCOMPARE(call["arguments"].toArray().at(0).toString(), QString("'touch x'"));
        QCOMPARE(call["where"].toString(), QString("pickle 1"));
        QCOMPARE(call["byte"].toInt(), 24);
        QVERIFY(
            runCli({"audit", m_folder.filePath("call.pkl")}).out.contains("os.system('touch x')  pickle 1, byte 24"));
    }

    void what_cannot_be_decided_is_one_error_line_and_exit_code_1()
    {
        const CliAnswer answer = runCli({"audit", written("computed.pkl", "S'os'\ncx\ny\n\x93."), "--json"});
        QCOMPARE(answer.exitCode, 1);
        QVERIFY2(answer.hasOneErrorLine(), answer.text());
        QCOMPARE(answer.json()["verdict"].toString(), QString("runs-code"));
        QCOMPARE(answer.json()["undecided"].toArray().size(), 1);
    }

    void it_needs_one_file_that_is_there()
    {
        QCOMPARE(runCli({"audit"}).exitCode, 2);
        QCOMPARE(runCli({"audit", "/nowhere/x.pth"}).exitCode, 1);
    }

private:
    QString written(const QString &name, const QByteArray &bytes)
    {
        QFile file(m_folder.filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() ? file.fileName() : QString();
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(AuditCommandTest)
#include "audit_command_test.moc"
