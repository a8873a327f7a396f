// Tasks run on a few threads, in order, and their results and errors arrive in their futures.
#include "jobs/task_queue.h"

#include <QTest>

#include <atomic>
#include <chrono>
#include <stdexcept>

using namespace reslens::jobs;

class TaskQueueTest : public QObject {
    Q_OBJECT
private slots:
    void a_future_has_what_its_task_returns()
    {
        TaskQueue queue(3);
        std::vector<std::shared_future<int>> results;
        for (int i = 0; i < 100; ++i)
            results.push_back(queue.run([i] { return i * i; }));
        for (int i = 0; i < 100; ++i)
            QCOMPARE(results[std::size_t(i)].get(), i * i);
    }

    void a_future_throws_what_its_task_throws()
    {
        TaskQueue queue(1);
        const auto failed = queue.run([]() -> int { throw std::runtime_error("no"); });
        QVERIFY_EXCEPTION_THROWN(failed.get(), std::runtime_error);
        QCOMPARE(queue.run([] { return 1; }).get(), 1);
    }

    void one_thread_keeps_the_order()
    {
        std::vector<int> order, expected;
        {
            TaskQueue queue(1);
            for (int i = 0; i < 50; ++i) {
                queue.run([&order, i] { order.push_back(i); });
                expected.push_back(i);
            }
        }
        QCOMPARE(order, expected);
    }

    void no_more_tasks_run_at_once_than_there_are_threads()
    {
        std::atomic<int> running = 0, most = 0;
        {
            TaskQueue queue(2);
            for (int i = 0; i < 40; ++i)
                queue.run([&] {
                    const int now = ++running;
                    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
                    }
                    std::this_thread::sleep_for(std::chrono::milliseconds(1));
                    --running;
                });
        }
        QVERIFY2(most == 2, qPrintable(QString::number(most)));
    }

    void a_queue_that_ends_has_run_everything()
    {
        std::atomic<int> runs = 0;
        {
            TaskQueue queue(2);
            for (int i = 0; i < 30; ++i)
                queue.run([&] { ++runs; });
        }
        QCOMPARE(runs, 30);
    }

    void tasks_may_hold_what_can_only_be_moved()
    {
        TaskQueue queue;
        QCOMPARE(queue.run([value = std::make_unique<int>(5)] { return *value; }).get(), 5);
    }
};

QTEST_GUILESS_MAIN(TaskQueueTest)
#include "task_queue_test.moc"
