// The queue families for computing and for uploads, on devices as they are made.
#include "vulkan/device_choice.h"

#include <QTest>

using namespace reslens::vulkan;

namespace {

using Can = vk::QueueFlagBits;

vk::QueueFamilyProperties family(vk::QueueFlags flags)
{
    return vk::QueueFamilyProperties(flags, 1);
}

} // namespace

class QueueChoiceTest : public QObject {
    Q_OBJECT
private slots:
    void a_software_device_does_everything_on_its_only_queue()
    {
        const auto choice = chooseQueues({family(Can::eGraphics | Can::eCompute | Can::eTransfer)});
        QVERIFY(choice);
        QCOMPARE(choice->compute, 0u);
        QVERIFY(!choice->hasTransferQueue());
    }

    void a_copy_engine_uploads_beside_the_kernels()
    {
        const auto choice =
            chooseQueues({family(Can::eGraphics | Can::eCompute | Can::eTransfer),
                          family(Can::eTransfer | Can::eSparseBinding), family(Can::eCompute | Can::eTransfer)});
        QVERIFY(choice);
        QCOMPARE(choice->compute, 0u);
        QCOMPARE(choice->transfer, 1u);
    }

    void a_second_compute_family_and_a_video_decoder_are_no_copy_engines()
    {
        const auto choice =
            chooseQueues({family(Can::eGraphics | Can::eCompute | Can::eTransfer),
                          family(Can::eCompute | Can::eTransfer), family(Can::eTransfer | Can::eVideoDecodeKHR)});
        QVERIFY(choice);
        QVERIFY(!choice->hasTransferQueue());
    }

    void without_a_computing_family_there_is_no_choice()
    {
        QVERIFY(!chooseQueues({family(Can::eTransfer)}));
        QVERIFY(!chooseQueues({}));
    }
};

QTEST_GUILESS_MAIN(QueueChoiceTest)
#include "queue_choice_test.moc"
