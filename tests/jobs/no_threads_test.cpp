// If the system refuses threads, jobs run where they are awaited and tasks where they are submitted, and the program
// goes on. This is a process of its own, since ended threads leave their stacks to new ones.
#include "jobs/background_jobs.h"
#include "jobs/task_queue.h"
#include "support/address_space.h"

#include <QTest>

#include <stdexcept>

using namespace reslens;

namespace {

constexpr std::size_t kLessThanAStack = 1 << 20;

} // namespace

class NoThreadsTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (!test::kCanLimitAddressSpace)
            QSKIP("a sanitizer needs more address space than is left");
        const test::AddressSpaceLimit noThreads(kLessThanAStack);
        QVERIFY_EXCEPTION_THROWN(std::thread([] {}).join(), std::system_error);
    }

    void jobs_run_when_they_are_waited_for()
    {
        const test::AddressSpaceLimit noThreads(kLessThanAStack);
        std::vector<std::size_t> order;
        jobs::BackgroundJobs jobs(5, [&](std::size_t job) {
            order.push_back(job);
            if (job == 3)
                throw std::runtime_error("the fourth fails");
        });
        jobs.waitFor(1);
        QCOMPARE(order, (std::vector<std::size_t>{0, 1}));
        QVERIFY_EXCEPTION_THROWN(jobs.waitFor(3), std::runtime_error);
        jobs.waitFor(4);
        QCOMPARE(order, (std::vector<std::size_t>{0, 1, 2, 3, 4}));
    }

    void tasks_run_when_they_are_given()
    {
        const test::AddressSpaceLimit noThreads(kLessThanAStack);
        jobs::TaskQueue queue;
        bool hasRun = false;
        const auto result = queue.run([&] {
            hasRun = true;
            return 7;
        });
        QVERIFY(hasRun);
        QCOMPARE(result.get(), 7);
    }
};

QTEST_GUILESS_MAIN(NoThreadsTest)
#include "no_threads_test.moc"
