// The chosen device and the notes about it, from facts alone.
#include "vulkan/device_choice.h"

#include <vulkan/vulkan_core.h>

#include <QTest>

using namespace reslens;
using namespace reslens::vulkan;

namespace {

DeviceFacts device(const char *name, DeviceKind kind)
{
    return {name, "driver 1", kind, VK_API_VERSION_1_3, 1024, 1u << 27, 128, 1ull << 30, true};
}

const std::vector<DeviceFacts> kLaptop{device("llvmpipe", DeviceKind::Cpu), device("Iris Xe", DeviceKind::Integrated),
                                       device("GeForce RTX", DeviceKind::Discrete)};

} // namespace

class DeviceChoiceTest : public QObject {
    Q_OBJECT
private slots:
    void a_discrete_device_is_preferred_wherever_it_stands()
    {
        const auto choice = choose(kLaptop, "");
        QVERIFY(choice);
        QCOMPARE(choice->index, 2);
        QCOMPARE(choice->reason, std::string("the first discrete device"));
    }

    void a_software_device_is_better_than_none()
    {
        const auto choice = choose(std::span(kLaptop).first(1), "");
        QVERIFY(choice);
        QCOMPARE(choice->reason, std::string("the only device"));
    }

    void an_index_or_part_of_a_name_overrides_the_order()
    {
        QCOMPARE(choose(kLaptop, "1")->index, 1);
        QCOMPARE(choose(kLaptop, "iris")->index, 1);
        QCOMPARE(choose(kLaptop, "LLVM")->index, 0);
    }

    void an_unknown_request_is_refused_with_what_there_is()
    {
        const auto choice = choose(kLaptop, "radeon");
        QVERIFY(!choice);
        QVERIFY(choice.error().kind == ErrorKind::NotFound);
        QVERIFY(choice.error().message().find("Iris Xe") != std::string::npos);
        QVERIFY(!choose(kLaptop, "3"));
    }

    void no_device_at_all_is_an_error() { QVERIFY(choose({}, "").error().kind == ErrorKind::Device); }

    void a_device_that_cannot_run_our_kernels_is_refused_with_the_reason_data()
    {
        QTest::addColumn<int>("fault");
        QTest::addColumn<QString>("reason");
        QTest::newRow("old Vulkan") << 0 << "it offers Vulkan 1.1, 1.2 is needed";
        QTest::newRow("no compute") << 1 << "it has no compute queue";
        QTest::newRow("small texel buffers") << 2 << "maxTexelBufferElements is 65536, at least 1048576 is needed";
        QTest::newRow("small workgroups") << 3 << "maxComputeWorkGroupInvocations is 32, at least 64 is needed";
        QTest::newRow("small buffers") << 4 << "maxStorageBufferRange is 1024, at least 67108864 is needed";
    }

    void a_device_that_cannot_run_our_kernels_is_refused_with_the_reason()
    {
        QFETCH(int, fault);
        QFETCH(QString, reason);
        std::vector<DeviceFacts> devices = kLaptop;
        DeviceFacts &best = devices[2];
        if (fault == 0)
            best.apiVersion = VK_API_VERSION_1_1;
        if (fault == 1)
            best.hasComputeQueue = false;
        if (fault == 2)
            best.maxTexelBufferElements = 65536;
        if (fault == 3)
            best.maxInvocations = 32;
        if (fault == 4)
            best.maxStorageBufferRange = 1024;
        QCOMPARE(choose(devices, "")->index, 1); // the next best
        QCOMPARE(QString::fromStdString(judge(devices)[2].reason), reason);
        QVERIFY(QString::fromStdString(choose(devices, "geforce").error().message()).contains(reason));
    }
};

QTEST_GUILESS_MAIN(DeviceChoiceTest)
#include "device_choice_test.moc"
