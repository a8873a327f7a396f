// reslens-cli answers wrong files with one error line and exit code 1, and does not crash.
#include "cli/cli_process.h"
#include "cli/test_files.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

using namespace reslens;
using namespace reslens::test;

class BadInputTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        QVERIFY(writeSmallCheckpoint(path("model.safetensors")));
        QVERIFY(drawnPicture(40, 40, 1).save(path("picture.png")));
    }

    void bad_pictures_are_refused_data()
    {
        QTest::addColumn<QString>("name");
        QVERIFY(writeBytes(path("text.jpg"), "This is no picture.\n"));
        QVERIFY(writeBytes(path("empty.png"), ""));
        QImage huge(20000, 20000, QImage::Format_Mono);
        huge.fill(0);
        QVERIFY(huge.save(path("huge.png")));
        QFile whole(path("picture.png"));
        QVERIFY(whole.open(QIODevice::ReadOnly));
        QVERIFY(writeBytes(path("cut.png"), whole.readAll().left(60)));
        QVERIFY(writeBytes(path("text.npy"), "This is no array.\n"));
        for (const char *name : {"text.jpg", "empty.png", "huge.png", "cut.png", "text.npy", "absent.png"})
            QTest::newRow(name) << name;
        QTest::newRow("a folder") << ".";
    }
    void bad_pictures_are_refused()
    {
        QFETCH(QString, name);
        expectRefusal({"classify", path(name), "--model", path("model.safetensors"), "--quiet"}, name.toUtf8());
    }

    void bad_checkpoints_are_refused_data()
    {
        QTest::addColumn<QString>("name");
        QFile whole(path("model.safetensors"));
        QVERIFY(whole.open(QIODevice::ReadOnly));
        const QByteArray bytes = whole.readAll();
        QVERIFY(writeBytes(path("half.safetensors"), bytes.left(bytes.size() / 2)));
        QVERIFY(writeBytes(path("header.safetensors"), bytes.left(100)));
        QVERIFY(writeBytes(path("empty.pth"), ""));
        QVERIFY(writeBytes(path("text.pth"), "This is no checkpoint.\n"));
        for (const char *name :
             {"half.safetensors", "header.safetensors", "empty.pth", "text.pth", "absent.pth", "picture.png"})
            QTest::newRow(name) << name;
    }
    void bad_checkpoints_are_refused()
    {
        QFETCH(QString, name);
        expectRefusal({"classify", path("picture.png"), "--model", path(name), "--quiet"}, name.toUtf8());
        expectRefusal({"models", "show", path(name), "--quiet"}, name.toUtf8());
    }

    void a_checkpoint_that_is_no_residual_network_is_refused_by_name()
    {
        nn::Parameters vgg;
        vgg["features.0.weight"] = storeFloats({64, 3, 3, 3}, std::vector<float>(1728, 0.1f));
        vgg["features.0.bias"] = storeFloats({64}, std::vector<float>(64, 0.0f));
        vgg["features.2.weight"] = storeFloats({64, 64, 3, 3}, std::vector<float>(36864, 0.1f));
        vgg["features.2.bias"] = storeFloats({64}, std::vector<float>(64, 0.0f));
        vgg["classifier.6.weight"] = storeFloats({10, 64}, std::vector<float>(640, 0.1f));
        vgg["classifier.6.bias"] = storeFloats({10}, std::vector<float>(10, 0.0f));
        QVERIFY(writeCheckpoint(path("vgg.safetensors"), vgg));
        expectRefusal({"classify", path("picture.png"), "--model", path("vgg.safetensors"), "--quiet"},
                      "vgg.safetensors");
    }

    void a_tensor_of_the_wrong_shape_is_refused_by_its_name()
    {
        nn::Parameters parameters = nn::generateParameters(smallNetwork());
        parameters["layer2.0.conv2.weight"] = storeFloats({32, 32, 1, 1}, std::vector<float>(1024, 0.1f));
        QVERIFY(writeCheckpoint(path("wrong.safetensors"), parameters));
        expectRefusal({"classify", path("picture.png"), "--model", path("wrong.safetensors"), "--quiet"},
                      "layer2.0.conv2.weight");
    }

    void a_missing_tensor_is_refused_by_its_name()
    {
        nn::Parameters parameters = nn::generateParameters(smallNetwork());
        parameters.erase("layer3.0.bn1.running_var");
        QVERIFY(writeCheckpoint(path("missing.safetensors"), parameters));
        expectRefusal({"classify", path("picture.png"), "--model", path("missing.safetensors"), "--quiet"},
                      "layer3.0.bn1.running_var");
    }

    void a_wrong_number_of_labels_is_refused()
    {
        QVERIFY(writeBytes(path("labels.txt"), "cat\ndog\n"));
        expectRefusal({"classify", path("picture.png"), "--model", path("model.safetensors"), "--labels",
                       path("labels.txt"), "--quiet"},
                      "10");
        expectRefusal({"classify", path("picture.png"), "--model", path("model.safetensors"), "--labels",
                       path("absent.txt"), "--quiet"},
                      "absent.txt");
    }

    void an_architecture_that_does_not_fit_is_refused()
    {
        expectRefusal(
            {"classify", path("picture.png"), "--model", path("model.safetensors"), "--arch", "resnet50", "--quiet"},
            "resnet50");
        expectRefusal(
            {"classify", path("picture.png"), "--model", path("model.safetensors"), "--arch", "vgg16", "--quiet"},
            "vgg16");
    }

    void a_cache_that_cannot_be_written_is_an_error_where_it_was_asked_for_and_else_a_note()
    {
        const QStringList arguments{"classify", path("picture.png"), "--model", path("model.safetensors"), "--json"};
        const QString unwritable = path("picture.png/cache");
        QProcessEnvironment asked = QProcessEnvironment::systemEnvironment();
        asked.insert("RESLENS_CACHE", unwritable);
        const CliAnswer refused = runCli(arguments + QStringList{"--quiet"}, asked);
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.hasOneErrorLine() && refused.err.contains("cache"), refused.text());

        QProcessEnvironment usual = QProcessEnvironment::systemEnvironment();
        usual.remove("RESLENS_CACHE");
        usual.insert("XDG_CACHE_HOME", unwritable);
        const CliAnswer answered = runCli(arguments, usual);
        QVERIFY2(answered.exitCode == 0, answered.text());
        QVERIFY2(answered.err.contains("note: ") && answered.err.contains(unwritable.toUtf8()), answered.text());
        QCOMPARE(answered.json()["results"].toArray().size(), 1);
    }

    void a_full_stdout_is_an_error()
    {
        QProcess process;
        process.setStandardOutputFile("/dev/full");
        process.start(RESLENS_CLI, {"devices"});
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(process.readAllStandardError().startsWith("reslens-cli: error: stdout"));
    }

    void a_message_cannot_steer_the_terminal()
    {
        const CliAnswer answer =
            runCli({"classify", "no\x1b[2Jsuch\nfile.png", "--model", path("model.safetensors"), "--quiet"});
        QCOMPARE(answer.exitCode, 1);
        QVERIFY2(answer.hasOneErrorLine() && !answer.err.contains('\x1b'), answer.text());
    }

    void names_of_pictures_and_classes_cannot_steer_the_terminal()
    {
        const QString picture = path("a\x1b[2J\n  100.00 %  cat.png"), labels = path("steering.txt");
        QVERIFY(QFile::copy(path("picture.png"), picture));
        QByteArray names;
        for (int i = 0; i < 10; ++i)
            names += "\x1b]0;title\x07 \u202e" + QByteArray::number(i) + '\n';
        QVERIFY(writeBytes(labels, names));
        const CliAnswer answer =
            runCli({"classify", picture, "--model", path("model.safetensors"), "--labels", labels, "--quiet"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        QVERIFY2(!answer.out.contains('\x1b') && !answer.out.contains('\x07') && !answer.out.contains("\u202e"),
                 answer.text());
        QCOMPARE(answer.out.count('\n'), 1 + 1 + 5); // the model, the picture, the classes
        QVERIFY2(answer.out.contains("\\x1b]0;title\\x07 \\u202e"), answer.text());
    }

    void a_model_whose_name_looks_like_a_placeholder_keeps_it()
    {
        const QString model = path("%4 of %2.safetensors");
        QVERIFY(QFile::copy(path("model.safetensors"), model));
        const CliAnswer answer = runCli({"models", "show", model, "--quiet"});
        QVERIFY2(answer.exitCode == 0 && answer.out.startsWith("%4 of %2.safetensors: resnet8, 10 classes, "),
                 answer.text());
    }

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }

    /// Checks for one error line that contains `says`, exit code 1, no answer, and little time.
    void expectRefusal(const QStringList &arguments, const QByteArray &says)
    {
        QElapsedTimer timer;
        timer.start();
        const CliAnswer answer = runCli(arguments);
        QVERIFY2(answer.exitCode == 1, answer.text());
        QVERIFY2(answer.hasOneErrorLine() && answer.err.contains(says), answer.text());
        QVERIFY2(timer.elapsed() < 20'000, QByteArray::number(timer.elapsed()));
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(BadInputTest)
#include "bad_input_test.moc"
