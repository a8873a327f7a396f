// Runs numbered jobs on a few threads, in the order of their numbers. Whoever needs a job's result waits for it.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <limits>
#include <mutex>
#include <thread>
#include <vector>

namespace reslens::jobs {

class BackgroundJobs {
public:
    static constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

    /// Starts `job(0)` to `job(count - 1)` on at most `threads` threads (0: one per core). If the system gives no
    /// thread, a job runs when somebody waits for it. Job n begins only when n is less than `lookAhead` beyond the jobs
    /// waited for so far, so results that nobody has taken cannot pile up.
    BackgroundJobs(std::size_t count, std::function<void(std::size_t)> job, std::size_t lookAhead = kNoLimit,
                   unsigned threads = 0);
    /// Waits for the jobs that have begun; the others never run.
    ~BackgroundJobs();
    BackgroundJobs(const BackgroundJobs &) = delete;
    BackgroundJobs &operator=(const BackgroundJobs &) = delete;

    /// Returns when the job has run, and throws what it threw. Afterwards the caller may read what the job wrote.
    void waitFor(std::size_t job);
    void waitForAll();

private:
    struct State {
        bool hasRun = false;
        std::exception_ptr error;
    };

    void work(const std::stop_token &stop);
    void runNext(std::unique_lock<std::mutex> &lock);

    const std::function<void(std::size_t)> m_job;
    const std::size_t m_lookAhead;
    std::mutex m_mutex;
    std::condition_variable_any m_hasRun, m_mayBegin;
    std::vector<State> m_states;
    std::size_t m_next = 0;              // the first job that has not begun
    std::size_t m_waitedFor = 0;         // somebody has waited for all jobs below
    std::vector<std::jthread> m_threads; // last: the threads stop before the other members are destroyed
};

} // namespace reslens::jobs
