// The window program's command line: it reports errors at once, with exit code 2.
#include <QProcess>
#include <QTest>

class CommandLineTest : public QObject {
    Q_OBJECT
private slots:
    void a_wrong_option_ends_with_a_sentence_and_exit_code_2_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("sentence");
        QTest::newRow("a screenshot of no picture") << QStringList{"--screenshot", "window.png"} << "name a picture";
        QTest::newRow("a size that is none") << QStringList{"--size", "large"} << "expected WIDTHxHEIGHT";
        QTest::newRow("an unknown theme") << QStringList{"--theme", "blue"} << "expected system, light or dark";
        QTest::newRow("an unknown view") << QStringList{"--page", "skips"} << "expected one of features, skip";
        QTest::newRow("an unknown map") << QStringList{"--map", "cams"} << "expected one of grad-cam, cam";
        QTest::newRow("an unknown option") << QStringList{"--colour"} << "Unknown option";
    }

    void a_wrong_option_ends_with_a_sentence_and_exit_code_2()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, sentence);
        QProcess program;
        program.start(RESLENS_PROGRAM, arguments);
        QVERIFY2(program.waitForFinished(20'000), "it waits for ever");
        QCOMPARE(program.exitStatus(), QProcess::NormalExit);
        QCOMPARE(program.exitCode(), 2);
        const QString text = QString::fromUtf8(program.readAllStandardError());
        QVERIFY2(text.contains(sentence), qPrintable(text));
    }

    void help_and_version_need_no_display_data()
    {
        QTest::addColumn<QString>("option");
        QTest::addColumn<QString>("sentence");
        QTest::newRow("help") << "--help"
                              << "Looks inside residual networks.";
        QTest::newRow("help, short") << "-h"
                                     << "--screenshot <FILE>";
        QTest::newRow("version") << "--version"
                                 << "ResLens 0.";
    }

    void help_and_version_need_no_display()
    {
        QFETCH(QString, option);
        QFETCH(QString, sentence);
        QProcess program;
        program.setProcessEnvironment(QProcessEnvironment()); // no DISPLAY, no WAYLAND_DISPLAY, no QT_QPA_PLATFORM
        program.start(RESLENS_PROGRAM, {option});
        QVERIFY2(program.waitForFinished(20'000), "it waits for ever");
        QCOMPARE(program.exitStatus(), QProcess::NormalExit);
        QCOMPARE(program.exitCode(), 0);
        const QString text = QString::fromUtf8(program.readAllStandardOutput());
        QVERIFY2(text.contains(sentence), qPrintable(text));
        QCOMPARE(program.readAllStandardError(), QByteArray());
    }
};

QTEST_GUILESS_MAIN(CommandLineTest)
#include "command_line_test.moc"
