// Jobs on other threads: all run, in order if necessary, and their errors reach those who wait.
#include "jobs/background_jobs.h"

#include <QTest>

#include <atomic>
#include <numeric>
#include <stdexcept>

using reslens::jobs::BackgroundJobs;

class BackgroundJobsTest : public QObject {
    Q_OBJECT
private slots:
    void every_job_runs_once()
    {
        std::vector<int> runs(1000, 0);
        BackgroundJobs jobs(
            runs.size(), [&](std::size_t job) { ++runs[job]; }, BackgroundJobs::kNoLimit, 4);
        jobs.waitForAll();
        QCOMPARE(runs, std::vector<int>(1000, 1));
    }

    void no_jobs_are_waited_for_at_once()
    {
        BackgroundJobs jobs(0, [](std::size_t) {});
        jobs.waitForAll();
    }

    void one_thread_keeps_the_order()
    {
        std::vector<std::size_t> order, expected(50);
        std::iota(expected.begin(), expected.end(), 0);
        BackgroundJobs jobs(
            50, [&](std::size_t job) { order.push_back(job); }, BackgroundJobs::kNoLimit, 1);
        jobs.waitForAll();
        QCOMPARE(order, expected);
    }

    void no_job_begins_further_ahead_than_allowed()
    {
        std::atomic<std::size_t> waitedFor = 0;
        std::atomic<bool> isTooFar = false;
        const auto job = [&](std::size_t number) {
            if (number >= waitedFor + 3 + 1) // one more, for a wait that is over but not yet counted here
                isTooFar = true;
        };
        BackgroundJobs jobs(200, job, 3, 4);
        for (std::size_t n = 0; n < 200; ++n) {
            waitedFor = n;
            jobs.waitFor(n);
        }
        QVERIFY(!isTooFar);
    }

    void waiting_for_a_late_job_first_lets_the_early_ones_run()
    {
        std::atomic<int> runs = 0;
        BackgroundJobs jobs(
            100, [&](std::size_t) { ++runs; }, 2, 2);
        jobs.waitFor(99);
        jobs.waitForAll();
        QCOMPARE(runs, 100);
    }

    void what_a_job_throws_arrives_where_it_is_waited_for()
    {
        BackgroundJobs jobs(3, [](std::size_t job) {
            if (job == 1)
                throw std::runtime_error("job 1");
        });
        jobs.waitFor(0);
        QVERIFY_EXCEPTION_THROWN(jobs.waitFor(1), std::runtime_error);
        QVERIFY_EXCEPTION_THROWN(jobs.waitFor(1), std::runtime_error); // a second time
        jobs.waitFor(2);
    }

    void jobs_that_nobody_waits_for_are_dropped()
    {
        std::atomic<int> runs = 0;
        {
            BackgroundJobs jobs(
                1000, [&](std::size_t) { ++runs; }, 10, 2);
            jobs.waitFor(0);
        }
        QVERIFY(runs >= 1 && runs <= 11);
    }
};

QTEST_GUILESS_MAIN(BackgroundJobsTest)
#include "background_jobs_test.moc"
