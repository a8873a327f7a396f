// reslens-cli selftest: it compares the device's own answers everywhere, and the exit code gives the result.
#include "cli/cli_process.h"
#include "cli/test_files.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace reslens;
using namespace reslens::test;

class SelftestCommandTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        QVERIFY(writeSmallCheckpoint(path("resnet.safetensors"), "resnet8"));
    }

    void the_default_device_passes()
    {
        const CliAnswer answer = runCli({"selftest", "--model", path("resnet.safetensors"), "--json", "--quiet"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        const QJsonObject json = answer.json();
        QCOMPARE(json["passed"].toBool(), true);
        QVERIFY(json["wrong"].isNull());
        QCOMPARE(json["reference"].toString(), "CPU reference");
        QVERIFY(json["forward"]["largest_error"].toDouble(1) <= 1e-4);
        QVERIFY(json["backward"]["largest_error"].toDouble(1) <= 1e-3);
        QVERIFY(json["decisions"]["count"].toInt() > 0);
    }

    void every_block_and_every_trained_parameter_is_in_the_report()
    {
        const CliAnswer answer = runCli({"selftest", "--model", path("resnet.safetensors"), "--json", "--quiet"});
        QStringList tensors;
        for (const QJsonValue &check : answer.json()["checks"].toArray())
            tensors << check["tensor"].toString();
        for (const nn::Block &block : smallNetwork().blocks)
            for (const char *gradient : {"gy", "gs", "gF", "gx"})
                QVERIFY(tensors.contains(QString::fromStdString(block.name) + "." + gradient));
        for (const nn::ParameterSpec &spec : nn::parametersOf(smallNetwork()))
            QCOMPARE(tensors.contains(QString::fromStdString(spec.name)), spec.isTrained);
        QVERIFY(tensors.contains("logits of the fast mode"));
    }

    void the_reference_against_itself_is_said_to_be_that()
    {
        const CliAnswer answer = runCli({"selftest", "--model", path("resnet.safetensors"), "--device", "cpu"});
        QVERIFY2(answer.exitCode == 0, answer.text());
        QVERIFY2(answer.err.contains("compared with itself"), answer.text());
        QVERIFY2(answer.out.contains("passed: "), answer.text());
    }

    void a_network_whose_numbers_are_not_finite_cannot_be_tested()
    {
        nn::Parameters parameters = nn::generateParameters(smallNetwork());
        parameters["layer2.0.bn2.weight"] = storeFloats({32}, std::vector<float>(32, HUGE_VALF));
        QVERIFY(writeCheckpoint(path("infinite.safetensors"), parameters));
        const CliAnswer answer = runCli({"selftest", "--model", path("infinite.safetensors"), "--quiet"});
        QCOMPARE(answer.exitCode, 1);
        QVERIFY2(answer.hasOneErrorLine() && answer.err.contains("layer2.0"), answer.text());
    }

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(SelftestCommandTest)
#include "selftest_command_test.moc"
