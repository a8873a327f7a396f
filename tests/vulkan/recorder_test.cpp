// Times of kernels come from counters that may have fewer than 64 bits.
#include "vulkan/recorder.h"

#include <QTest>

using reslens::vulkan::elapsedTicks;

class RecorderTest : public QObject {
    Q_OBJECT
private slots:
    void a_counter_of_few_bits_that_began_again_has_still_counted()
    {
        QCOMPARE(elapsedTicks(100, 130, 64), std::uint64_t(30));
        QCOMPARE(elapsedTicks((1ull << 36) - 10, 20, 36), std::uint64_t(30));
        QCOMPARE(elapsedTicks((1ull << 32) - 1, 0, 32), std::uint64_t(1));
    }

    void bits_that_do_not_count_are_left_out()
    {
        QCOMPARE(elapsedTicks((7ull << 36) + 100, (2ull << 36) + 130, 36), std::uint64_t(30));
    }
};

QTEST_GUILESS_MAIN(RecorderTest)
#include "recorder_test.moc"
