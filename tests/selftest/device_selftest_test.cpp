// The Vulkan engine passes its own self-test, for every family of networks.
#include "engine/validated_device.h"
#include "nn/generated_parameters.h"
#include "reference/executor.h"
#include "selftest/selftest.h"
#include "support/network_golden.h"

#include <QTest>

using namespace reslens;
using namespace reslens::test;

class DeviceSelftestTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { m_device = openValidatedDevice(); }

    void the_device_agrees_with_the_reference_data()
    {
        QTest::addColumn<QString>("architecture");
        for (const char *name : {"resnet20", "resnet20_b", "plain20", "resnet18", "resnet50", "resnext50_32x4d"})
            QTest::newRow(name) << QString(name);
    }
    void the_device_agrees_with_the_reference()
    {
        QFETCH(QString, architecture);
        const auto model = generatedModel(architecture.toStdString());
        const auto tested = engine::Device::makeExecutor(m_device, model);
        QVERIFY(tested);
        const auto reference = reference::makeExecutor(model, "test");
        // A picture smaller than the network's own runs every kernel in a fraction of the time.
        const int side = model->network.architecture.inputSize() == 224 ? 96 : 32;
        const auto report = selftest::selftest(**tested, *reference, nn::generateInput({1, 3, side, side}));
        QVERIFY2(report, report ? "" : report.error().message().c_str());
        for (const selftest::Pass pass : {selftest::Pass::Forward, selftest::Pass::Backward}) {
            const selftest::Check *worst = report->worst(pass);
            qInfo("%s: %.1e at %s (tolerance %.1e)", pass == selftest::Pass::Forward ? "forward" : "backward",
                  worst->difference.relative, worst->tensor.c_str(), worst->tolerance);
        }
        qInfo("%zu of %zu decisions differ", report->differingChoices, report->choices);
        const selftest::Check *wrong = report->firstWrong();
        QVERIFY2(!wrong, wrong ? (wrong->tensor + ": " + std::to_string(wrong->difference.relative)).c_str() : "");
    }

private:
    std::shared_ptr<engine::Device> m_device;
};

QTEST_GUILESS_MAIN(DeviceSelftestTest)
#include "device_selftest_test.moc"
