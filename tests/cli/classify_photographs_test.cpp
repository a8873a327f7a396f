// The main job as a whole: a real ResNet-50 over real photographs, against torchvision's answers.
#include "cli/cli_process.h"

#include <QFile>
#include <QJsonArray>
#include <QTest>

#include <cmath>

using namespace reslens::test;

namespace {

constexpr double kProbabilityTolerance = 0.02, kLogitTolerance = 2e-2; // another library decodes the pictures

} // namespace

class ClassifyPhotographsTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        const QString data = qEnvironmentVariable("RESLENS_SHARED") + "/data";
        m_photographs = data + "/photos/";
        m_checkpoint = data + "/weights/resnet50-imagenet-8bit.safetensors";
        if (!QFile::exists(m_checkpoint) || !QFile::exists(m_photographs))
            QSKIP("RESLENS_SHARED does not name the folder with the ResNet-50 and the photographs");
        QFile file(RESLENS_SOURCE_DIR "/tests/golden/photographs.json");
        QVERIFY(file.open(QIODevice::ReadOnly));
        m_expected = QJsonDocument::fromJson(file.readAll())["photographs"].toArray();
        QCOMPARE(m_expected.size(), 24);
    }

    void resnet50_sees_in_photographs_what_torchvision_sees()
    {
        QStringList arguments{"classify", "--model", m_checkpoint, "--json", "--quiet"};
        for (const QJsonValue &expected : m_expected)
            arguments << m_photographs + expected["photograph"].toString();
        const CliAnswer answer = runCli(arguments);
        QVERIFY2(answer.exitCode == 0, answer.text());
        const QJsonArray results = answer.json()["results"].toArray();
        QCOMPARE(results.size(), m_expected.size());
        for (qsizetype i = 0; i < results.size(); ++i) {
            const QJsonValue expected = m_expected[i], top = results[i]["top"][0];
            const QByteArray name = expected["photograph"].toString().toUtf8();
            QVERIFY2(top["index"].toInt(-1) == expected["index"].toInt(), name);
            QVERIFY2(isNear(top["probability"], expected["probability"], kProbabilityTolerance), name);
            QVERIFY2(isNear(top["logit"], expected["logit"], kLogitTolerance), name);
        }
    }

private:
    static bool isNear(const QJsonValue &a, const QJsonValue &b, double tolerance)
    {
        return std::abs(a.toDouble(HUGE_VAL) - b.toDouble()) <= tolerance;
    }

    QString m_photographs, m_checkpoint;
    QJsonArray m_expected;
};

QTEST_GUILESS_MAIN(ClassifyPhotographsTest)
#include "classify_photographs_test.moc"
