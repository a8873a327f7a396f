// reslens-cli devices and models, and the parts that all commands share: help, version, usage errors.
#include "cli/cli_process.h"
#include "cli/test_files.h"

#include <QTemporaryDir>
#include <QTest>

using namespace reslens;
using namespace reslens::test;

class OtherCommandsTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        QVERIFY(writeSmallCheckpoint(m_model));
    }

    void devices_names_one_default_and_why()
    {
        const CliAnswer answer = runCli({"devices", "--json"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        const QJsonObject json = answer.json();
        int defaults = 0;
        for (const QJsonValue &device : json["devices"].toArray()) {
            QVERIFY2(!device["reason"].toString().isEmpty(), answer.text());
            QCOMPARE(device["memory"].toObject().keys(), (QStringList{"budget", "bytes"}));
            if (!device["index"].isNull())
                QVERIFY2(device["memory"]["bytes"].toDouble() > 0, answer.text());
            if (device["default"].toBool()) {
                ++defaults;
                QCOMPARE(device["name"], json["default"]);
                QVERIFY(device["usable"].toBool());
            }
        }
        QCOMPARE(defaults, 1);
        QVERIFY(!json["reason"].toString().isEmpty());
    }

    void the_default_device_is_the_one_that_answers()
    {
        const QJsonObject devices = runCli({"devices", "--json"}).json();
        const CliAnswer bench = runCli({"bench", "--model", m_model, "--runs", "1", "--json"});
        QVERIFY2(bench.exitCode == 0, bench.text());
        QCOMPARE(bench.json()["device"], devices["default"]);
    }

    void devices_are_listed_as_text()
    {
        const CliAnswer answer = runCli({"devices"});
        QCOMPARE(answer.exitCode, 0);
        QVERIFY2(answer.out.startsWith("* ") || answer.out.contains("\n* "), answer.text());
    }

    void every_listed_model_can_be_shown()
    {
        const CliAnswer list = runCli({"models", "list", "--json"});
        QVERIFY2(list.exitCode == 0, list.text());
        for (const QJsonValue &listed : list.json()["models"].toArray()) {
            const CliAnswer show = runCli({"models", "show", listed["name"].toString(), "--json"});
            QVERIFY2(show.exitCode == 0, show.text());
            QCOMPARE(show.json()["architecture"], listed["architecture"]);
            QCOMPARE(show.json()["preprocess"]["assumed"].toBool(true), false);
        }
    }

    void models_show_describes_a_checkpoint()
    {
        const CliAnswer answer = runCli({"models", "show", m_model, "--json"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        const QJsonObject json = answer.json();
        const nn::Network network = smallNetwork();
        QCOMPARE(json["architecture"].toString(), "resnet8");
        QCOMPARE(json["classes"].toInt(), 10);
        QCOMPARE(json["parameters"].toInteger(), qint64(nn::parameterCount(network)));
        QCOMPARE(json["macs"].toInteger(), qint64(nn::macs(network, {1, 3, 32, 32})));
        QCOMPARE(json["blocks"].toArray().size(), 3);
        QCOMPARE(std::size_t(json["tensors"].toArray().size()), nn::parametersOf(network).size());
    }

    void help_of_every_command_shows_its_usage_data()
    {
        QTest::addColumn<QString>("command");
        for (const char *command : {"classify", "inspect", "lesion", "models", "devices", "bench", "selftest"})
            QTest::newRow(command) << command;
    }
    void help_of_every_command_shows_its_usage()
    {
        QFETCH(QString, command);
        const CliAnswer answer = runCli({command, "--help"});
        QCOMPARE(answer.exitCode, 0);
        QVERIFY2(answer.out.startsWith("Usage: reslens-cli " + command.toUtf8() + " "), answer.text());
        QVERIFY(answer.out.contains("--device") && answer.out.contains("--json"));
        QCOMPARE(answer.err, QByteArray());
    }

    void version_and_overview_are_printed()
    {
        const CliAnswer version = runCli({"--version"});
        QCOMPARE(version.exitCode, 0);
        QVERIFY2(version.out.startsWith("reslens-cli "), version.text());
        const CliAnswer help = runCli({"--help"});
        QCOMPARE(help.exitCode, 0);
        QVERIFY(help.out.contains("classify") && help.out.contains("bench"));
    }

    void wrong_usage_is_one_line_and_exit_code_2_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("no command") << QStringList{} << QByteArray("no command");
        QTest::newRow("unknown command") << QStringList{"paint"} << QByteArray("paint");
        QTest::newRow("unknown option") << QStringList{"devices", "--fast"} << QByteArray("fast");
        QTest::newRow("no picture") << QStringList{"classify"} << QByteArray("IMAGE");
        QTest::newRow("two pictures") << QStringList{"inspect", "a.png", "b.png"} << QByteArray("IMAGE");
        QTest::newRow("top 0") << QStringList{"classify", "a.png", "--top", "0"} << QByteArray("--top");
        QTest::newRow("top x") << QStringList{"classify", "a.png", "--top", "x"} << QByteArray("--top");
        QTest::newRow("crop -1") << QStringList{"classify", "a.png", "--crop", "-1"} << QByteArray("--crop");
        QTest::newRow("two means") << QStringList{"classify", "a.png", "--mean", "0,1"} << QByteArray("--mean");
        QTest::newRow("std 0") << QStringList{"classify", "a.png", "--std", "0.1,0,1"} << QByteArray("--std");
        QTest::newRow("value missing") << QStringList{"classify", "a.png", "--model"} << QByteArray("model");
        QTest::newRow("models what") << QStringList{"models"} << QByteArray("list");
        QTest::newRow("models show what") << QStringList{"models", "show"} << QByteArray("show");
        QTest::newRow("bench with a picture") << QStringList{"bench", "a.png"} << QByteArray("bench");
        QTest::newRow("lesion of nothing") << QStringList{"lesion"} << QByteArray("IMAGE");
        QTest::newRow("selftest of a picture") << QStringList{"selftest", "a.png"} << QByteArray("selftest");
        QTest::newRow("runs 0") << QStringList{"bench", "--runs", "0"} << QByteArray("--runs");
        QTest::newRow("size 8") << QStringList{"bench", "--size", "8"} << QByteArray("--size");
    }
    void wrong_usage_is_one_line_and_exit_code_2()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, says);
        const CliAnswer answer = runCli(arguments);
        QVERIFY2(answer.exitCode == 2, answer.text());
        QVERIFY2(answer.hasOneErrorLine() && answer.err.contains(says), answer.text());
        QCOMPARE(answer.out, QByteArray());
    }

    void global_options_may_come_before_the_command()
    {
        const CliAnswer answer = runCli({"--device", "cpu", "--json", "bench", "--model", m_model, "--runs", "1"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        QCOMPARE(answer.json()["device"].toString(), "CPU reference");
    }

    void a_device_that_is_not_there_is_an_error()
    {
        const CliAnswer answer = runCli({"bench", "--model", m_model, "--device", "Voodoo 2", "--quiet"});
        QCOMPARE(answer.exitCode, 1);
        QVERIFY2(answer.hasOneErrorLine() && answer.err.contains("Voodoo 2"), answer.text());
    }

private:
    QTemporaryDir m_folder;
    const QString m_model = m_folder.filePath("model.safetensors");
};

QTEST_GUILESS_MAIN(OtherCommandsTest)
#include "other_commands_test.moc"
