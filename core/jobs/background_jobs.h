// Numbered jobs that run on a few threads, in the order of their numbers; whoever needs the result of one waits for it.
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

    /// Begins `job(0)` to `job(count - 1)`, each on one of at most `threads` threads (0: as many as the machine has
    /// cores); where the system gives no thread, jobs run when they are waited for. Job n is not begun before n is less
    /// than `lookAhead` beyond the jobs waited for so far: results that nobody has taken yet cannot pile up.
    BackgroundJobs(std::size_t count, std::function<void(std::size_t)> job, std::size_t lookAhead = kNoLimit,
                   unsigned threads = 0);
    /// Waits for the jobs that have begun; the others never run.
    ~BackgroundJobs();
    BackgroundJobs(const BackgroundJobs &) = delete;
    BackgroundJobs &operator=(const BackgroundJobs &) = delete;

    /// Returns when the job has run; throws what it threw. Afterwards what it wrote can be read.
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
    std::size_t m_waitedFor = 0;         // jobs below were waited for
    std::vector<std::jthread> m_threads; // last: they stop before the rest goes
};

} // namespace reslens::jobs
