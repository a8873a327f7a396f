// reslens-cli compare: the numbers of inspect and classify, side by side.
#include "cli/cli_process.h"
#include "cli/test_files.h"
#include "image/npy.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace reslens;
using namespace reslens::test;

class CompareCommandTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        QVERIFY(writeSmallCheckpoint(path("small.safetensors"), "resnet8"));
        QVERIFY(writeSmallCheckpoint(path("deep.safetensors"), "resnet20"));
        QVERIFY(writeCheckpoint(path("plain.safetensors"), nn::generateParameters(smallNetwork("plain8")),
                                {{"reslens.architecture", "plain8"}}));
        QVERIFY(writeBytes(path("broken.safetensors"), "not a checkpoint"));
        QVERIFY(image::writeNpy(path("input.npy").toStdString(), nn::generateInput({1, 3, 32, 32})));
    }

    void every_number_is_the_one_that_inspect_gives()
    {
        const CliAnswer answer = compare({"small.safetensors", "deep.safetensors"}, {"--json", "--quiet"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        const QJsonArray models = answer.json()["models"].toArray();
        QCOMPARE(models.size(), 2);
        const CliAnswer inspected =
            runCli({"inspect", path("input.npy"), "--model", path("deep.safetensors"), "--json", "--quiet"});
        const QJsonArray expected = inspected.json()["blocks"].toArray(), found = models[1]["blocks"].toArray();
        QCOMPARE(found.size(), 9);
        for (int b = 0; b < 9; ++b) {
            QCOMPARE(found[b]["name"], expected[b]["name"]);
            QCOMPARE(found[b]["depth"].toDouble(), (b + 1) / 9.0);
            near(found[b]["branch_share"], expected[b]["forward"]["branch_share"]);
            near(found[b]["gradient_norm"], expected[b]["gradient"]["norm_gx"]);
            near(found[b]["gain"], expected[b]["gradient"]["gain"]);
            near(found[b]["clipped"], expected[b]["forward"]["clipped"]);
            QCOMPARE(found[b]["write"].isNull(), !expected[b]["identity"].toBool());
            near(found[b]["gradient_skip_share"], expected[b]["gradient"]["skip_share"]);
            QCOMPARE(found[b]["norm_gx"], found[b]["gradient_norm"]);
        }
        near(models[1]["top"][0]["logit"], inspected.json()["top"][0]["logit"]);
        QCOMPARE(models[1]["lens"]["depths"].toArray().size(), 10);
        QCOMPARE(models[1]["lens"]["depths"][9]["top"]["index"], models[1]["top"][0]["index"]);
        QCOMPARE(models[0]["agreement"]["same_top"].toBool(), true); // with itself
        QVERIFY(models[1]["parameters"].toInt() > models[0]["parameters"].toInt());
        QCOMPARE(models[1]["parts"][0]["part"].toString(), QString("stem"));
    }

    void a_plain_network_has_neither_share_nor_lens()
    {
        const CliAnswer answer = compare({"small.safetensors", "plain.safetensors"}, {"--json", "--quiet"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        const QJsonValue plain = answer.json()["models"][1];
        QVERIFY2(plain["blocks"][0]["branch_share"].isNull(), answer.text());
        QVERIFY(plain["blocks"][0]["gradient_norm"].toDouble() > 0);
        QVERIFY(plain["lens"].isNull());
        QVERIFY(plain["why_no_lens"].toString().contains("plain"));
    }

    void a_model_that_fails_leaves_the_others()
    {
        const CliAnswer answer =
            compare({"broken.safetensors", "small.safetensors", "deep.safetensors"}, {"--json", "--quiet"});
        QCOMPARE(answer.exitCode, 1);
        QVERIFY2(answer.hasOneErrorLine() && answer.err.contains("broken.safetensors"), answer.text());
        const QJsonArray models = answer.json()["models"].toArray();
        QCOMPARE(models.size(), 3);
        QVERIFY(models[0]["error"].toString().contains("broken.safetensors"));
        QCOMPARE(models[1]["agreement"]["rank"].toInt(), 1); // the first model that has answered
        QVERIFY(models[2]["top"].isArray());
    }

    void numbered_classes_are_matched_only_by_names()
    {
        QVERIFY(writeSmallCheckpoint(path("twin.safetensors"), "resnet8"));
        QVERIFY(writeBytes(path("names.txt"), QByteArray("a b c d e f g h i j").replace(' ', '\n')));
        QVERIFY(drawnPicture(40, 36, 1).save(path("drawn.png")));
        const QStringList both{"small.safetensors", "twin.safetensors"};
        const auto models = [](const CliAnswer &answer) -> const QJsonArray {
            return answer.json()["models"].toArray();
        };
        QVERIFY(!models(compare(both, {"--json", "--quiet"}))[1]["agreement"]["same_top"].toBool());
        const CliAnswer named = compare(both, {"--json", "--quiet", "--labels", path("names.txt")});
        QVERIFY2(named.exitCode == 0, named.text());
        QVERIFY(models(named)[1]["agreement"]["same_top"].toBool());
        const CliAnswer each =
            runCli({"compare", path("drawn.png"), "--models", path(both[0]) + "," + path(both[1]), "--labels",
                    path("names.txt"), "--labels", "", "--mean", "0.5", "--json", "--quiet"});
        QVERIFY2(each.exitCode == 0, each.text());
        QCOMPARE(models(each)[0]["top"][0]["label"].toString().size(), 1);
        QVERIFY(models(each)[1]["top"][0]["label"].toString().startsWith("class "));
        QCOMPARE(models(each)[1]["preprocess"]["mean"][0].toDouble(), 0.5);
        QCOMPARE(compare(both, {"--mean", "0", "--mean", "0", "--mean", "0"}).exitCode, 2);
    }

    void text_has_each_models_answer_costs_and_decision()
    {
        const CliAnswer answer = compare({"small.safetensors", "deep.safetensors"}, {"--quiet"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        for (const char *words : {"small.safetensors (3 blocks)", "deep.safetensors (9 blocks)", "M parameters",
                                  "ms by part: stem", "decided after"})
            QVERIFY2(answer.out.contains(words), answer.out);
    }

    void a_model_s_name_is_printed_as_it_is()
    {
        QVERIFY(writeSmallCheckpoint(path("50%2 of %3.safetensors"), "resnet8"));
        const CliAnswer answer = compare({"50%2 of %3.safetensors", "deep.safetensors"}, {"--quiet"});
        QVERIFY2(answer.out.contains("50%2 of %3.safetensors (3 blocks) on "), answer.text());
    }

    void fewer_than_two_and_more_than_six_models_are_wrong_usage()
    {
        QCOMPARE(compare({"small.safetensors"}, {}).exitCode, 2);
        QCOMPARE(compare(QStringList(7, "small.safetensors"), {}).exitCode, 2);
        QCOMPARE(runCli({"compare", "--models", "a,b"}).exitCode, 2);
    }

private:
    static void near(const QJsonValue &found, const QJsonValue &expected)
    {
        QVERIFY2(std::abs(found.toDouble(HUGE_VAL) - expected.toDouble()) <= 1e-5 * std::abs(expected.toDouble()),
                 qPrintable(QString("%1 is not %2").arg(found.toDouble()).arg(expected.toDouble())));
    }
    QString path(const QString &name) const { return m_folder.filePath(name); }
    CliAnswer compare(const QStringList &models, const QStringList &options) const
    {
        QStringList paths;
        for (const QString &model : models)
            paths << path(model);
        return runCli(QStringList{"compare", path("input.npy"), "--models", paths.join(',')} + options);
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(CompareCommandTest)
#include "compare_command_test.moc"
