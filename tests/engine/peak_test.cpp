// The roofs over a network's layers are measured without any validation message. Their heights depend on the machine.
#include "engine/peak.h"
#include "engine/validated_device.h"
#include "nn/generated_parameters.h"
#include "nn/resnet.h"
#include "reference/executor.h"

#include <QTest>

using namespace reslens;
using namespace reslens::test;

class PeakTest : public QObject {
    Q_OBJECT

private slots:
    void a_device_has_three_peaks()
    {
        const auto device = openValidatedDevice();
        const auto executor = engine::Device::makeExecutor(device, model());
        QVERIFY(executor);
        const std::size_t before = device->usedBytes();
        const auto peak = engine::measurePeak(**executor);
        QVERIFY2(peak, peak ? "" : peak.error().message().c_str());
        QVERIFY(peak->gflops > 0);
        QVERIFY(peak->memoryGBPerSecond > 0);
        QVERIFY(peak->fetchGBPerSecond > 0);
        QCOMPARE(device->messageCount(), 0);
        QCOMPARE(device->usedBytes(), before); // all memory is free again
    }

    void the_reference_has_none()
    {
        const auto executor = reference::makeExecutor(model(), "asked for");
        QVERIFY(executor);
        const auto peak = engine::measurePeak(*executor);
        QVERIFY(!peak);
        QCOMPARE(peak.error().kind, ErrorKind::Unsupported);
    }

private:
    static std::shared_ptr<const nn::Model> model()
    {
        auto model = std::make_shared<nn::Model>();
        model->name = "resnet8";
        model->network = nn::buildNetwork(*nn::architectureNamed("resnet8"));
        model->parameters = nn::generateParameters(model->network);
        return model;
    }
};

QTEST_GUILESS_MAIN(PeakTest)
#include "peak_test.moc"
