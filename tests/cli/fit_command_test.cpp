// reslens-cli fit: the embedded networks' own pictures, prepared rightly and wrongly.
#include "cli/cli_process.h"

#include <QJsonArray>
#include <QTest>

using namespace reslens;
using namespace reslens::test;

namespace {

QString sample(const char *name)
{
    return QStringLiteral(RESLENS_SOURCE_DIR "/resources/samples/%1.jpg").arg(name);
}

const QStringList kPictures{sample("frog"), sample("ship"), sample("truck"), sample("horse")};

CliAnswer fit(const QStringList &options)
{
    return runCli(QStringList{"fit"} + kPictures + QStringList{"--model", "resnet20-cifar10"} + options);
}

} // namespace

class FitCommandTest : public QObject {
    Q_OBJECT

private slots:
    void the_right_preparation_comes_first()
    {
        const CliAnswer answer = fit({"--json", "--quiet"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        const QJsonObject json = answer.json();
        QCOMPARE(json.keys(), (QStringList{"better", "candidates", "cannot_tell", "model", "pictures", "verdict"}));
        QCOMPARE(json["pictures"].toInt(), 4);
        QVERIFY(json["better"].isNull());
        QCOMPARE(json["cannot_tell"].toArray(), (QJsonArray{"order", "dilate"}));
        const QJsonArray candidates = json["candidates"].toArray();
        const QString best = candidates[0]["name"].toString(); // ImageNet's mean is near CIFAR-10's
        QVERIFY2(best == "as it is" || best == "ImageNet (torchvision)", qPrintable(best));
        QCOMPARE(candidates[0].toObject().keys(),
                 (QStringList{"current", "fit", "name", "preprocess", "variant", "worst"}));
        for (qsizetype i = 2; i < candidates.size(); ++i)
            QVERIFY(candidates[i]["fit"].toDouble() >= candidates[i - 1]["fit"].toDouble());
        QCOMPARE(candidates.last()["name"].toString(), "0 to 255");
    }

    void a_wrong_one_is_bad_and_a_better_one_is_named()
    {
        const CliAnswer answer = fit({"--range", "255", "--json", "--quiet"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        QCOMPARE(answer.json()["verdict"].toString(), "bad");
        const QString better = answer.json()["better"].toString();
        QVERIFY2(better == "CIFAR-10" || better == "ImageNet (torchvision)", qPrintable(better));
        const CliAnswer text = fit({"--mean", "0", "--std", "1", "--quiet"});
        QVERIFY2(text.out.contains("the pictures fit far better as"), text.text());
        QVERIFY2(text.out.contains("--mean 0.4"), text.text());
    }

    void what_is_no_picture_is_refused()
    {
        QCOMPARE(runCli({"fit"}).exitCode, 2);
        const CliAnswer answer = runCli({"fit", "input.npy", "--model", "resnet20-cifar10"});
        QCOMPARE(answer.exitCode, 1);
        QVERIFY2(answer.err.contains("fit needs pictures"), answer.text());
    }
};

QTEST_GUILESS_MAIN(FitCommandTest)
#include "fit_command_test.moc"
