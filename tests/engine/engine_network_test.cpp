// Whole networks on the Vulkan device against PyTorch: every architecture and both modes, under validation.
#include "engine/validated_device.h"
#include "support/network_golden.h"

#include <QTest>

using namespace reslens;
using namespace reslens::test;

class EngineNetworkTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { m_device = openValidatedDevice(); }
    void cleanup() { QCOMPARE(m_device->messageCount(), 0); }

    void network_agrees_with_pytorch_data()
    {
        QTest::addColumn<QString>("architecture");
        for (const std::string &name : goldenArchitectures())
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }

    void network_agrees_with_pytorch()
    {
        QFETCH(QString, architecture);
        const NetworkGolden golden = readNetworkGolden(architecture.toStdString());
        auto executor = engine::Device::makeExecutor(m_device, generatedModel(golden.architecture));
        QVERIFY2(executor, executor ? "" : executor.error().message().c_str());
        const Agreement agreement = checkNetworkAgainstGolden(**executor, golden);
        qInfo("worst relative error %.1e", agreement.worstError);
        QVERIFY2(agreement.worstError <= kNetworkTolerance, agreement.message.c_str());
    }

private:
    std::shared_ptr<engine::Device> m_device;
};

QTEST_GUILESS_MAIN(EngineNetworkTest)
#include "engine_network_test.moc"
