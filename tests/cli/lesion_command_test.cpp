// reslens-cli lesion: each block without its branch, as inspect shows it with that branch scaled to zero.
#include "cli/cli_process.h"
#include "cli/test_files.h"
#include "image/npy.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace reslens;
using namespace reslens::test;

class LesionCommandTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        QVERIFY(writeSmallCheckpoint(path("resnet.safetensors"), "resnet8"));
        QVERIFY(writeSmallCheckpoint(path("plain.safetensors"), "plain8"));
        QVERIFY(image::writeNpy(path("input.npy").toStdString(), nn::generateInput({1, 3, 32, 32})));
    }

    void each_lesion_is_the_network_with_that_branch_scaled_to_nothing()
    {
        const CliAnswer answer = lesion("resnet.safetensors", {"--target", "class 4"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        const QJsonObject json = answer.json();
        QCOMPARE(json["target"]["index"].toInt(), 4);
        const double intact = json["intact"]["logit"].toDouble();
        const QJsonArray blocks = json["blocks"].toArray();
        QCOMPARE(blocks.size(), 3);
        for (const QJsonValue &block : blocks) {
            const CliAnswer without =
                run("inspect", "resnet.safetensors",
                    {"--objective", "logit", "--target", "4", "--scale", block["name"].toString() + ":1:0"});
            QVERIFY2(without.exitCode == 0, without.text());
            const double expected = without.json()["objective"]["value"].toDouble() - intact;
            QVERIFY2(std::abs(block["logit_change"].toDouble(HUGE_VAL) - expected) <= 1e-4, answer.out);
            QCOMPARE(block["top"]["index"].toInt(-1), without.json()["top"][0]["index"].toInt());
        }
    }

    void without_a_target_the_top_class_is_meant()
    {
        const QJsonObject json = lesion("resnet.safetensors", {}).json();
        QCOMPARE(json["intact"]["rank"].toInt(), 1);
        const CliAnswer classified = run("classify", "resnet.safetensors", {});
        QCOMPARE(json["target"]["index"], classified.json()["results"][0]["top"][0]["index"]);
    }

    void text_has_a_line_for_each_block()
    {
        const CliAnswer answer =
            runCli({"lesion", path("input.npy"), "--model", path("resnet.safetensors"), "--quiet"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        for (const char *block : {"\nlayer1.0 ", "\nlayer2.0 ", "\nlayer3.0 "})
            QVERIFY2(answer.out.contains(block), answer.out);
    }

    void a_label_is_printed_as_it_is()
    {
        QVERIFY(writeBytes(path("labels.txt"), QByteArray("100%2 of %4\n").repeated(10)));
        const CliAnswer answer = runCli({"lesion", path("input.npy"), "--model", path("resnet.safetensors"), "--labels",
                                         path("labels.txt"), "--quiet"});
        QVERIFY2(answer.out.contains("'100%2 of %4': logit "), answer.text());
    }

    void what_cannot_be_done_is_one_error()
    {
        const CliAnswer plain = lesion("plain.safetensors", {"--arch", "plain8"});
        QCOMPARE(plain.exitCode, 1);
        QVERIFY2(plain.hasOneErrorLine() && plain.err.contains("plain"), plain.text());
        const CliAnswer unknown = lesion("resnet.safetensors", {"--target", "zebra"});
        QCOMPARE(unknown.exitCode, 1);
        QVERIFY2(unknown.hasOneErrorLine() && unknown.err.contains("zebra"), unknown.text());
    }

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }
    CliAnswer run(const QString &command, const QString &model, const QStringList &options) const
    {
        return runCli(QStringList{command, path("input.npy"), "--model", path(model), "--json", "--quiet"} + options);
    }
    CliAnswer lesion(const QString &model, const QStringList &options) const { return run("lesion", model, options); }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(LesionCommandTest)
#include "lesion_command_test.moc"
