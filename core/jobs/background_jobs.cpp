#include "jobs/background_jobs.h"

#include <algorithm>
#include <system_error>

namespace reslens::jobs {

namespace {

// With more threads memory, not the number of cores, limits these jobs.
constexpr unsigned kMaxThreads = 16;

} // namespace

BackgroundJobs::BackgroundJobs(std::size_t count, std::function<void(std::size_t)> job, std::size_t lookAhead,
                               unsigned threads)
    : m_job(std::move(job)), m_lookAhead(std::max<std::size_t>(lookAhead, 1)), m_states(count)
{
    const unsigned wanted = threads > 0 ? threads : std::max(std::thread::hardware_concurrency(), 1u);
    const auto useful = std::min({std::size_t(wanted), std::size_t(kMaxThreads), count});
    m_threads.reserve(useful);
    try {
        for (std::size_t t = 0; t < useful; ++t)
            m_threads.emplace_back([this](const std::stop_token &stop) { work(stop); });
    } catch (const std::system_error &) { // no thread is left: the existing threads, or waitFor(), run the jobs
    }
}

BackgroundJobs::~BackgroundJobs()
{
    for (std::jthread &thread : m_threads)
        thread.request_stop();
}

void BackgroundJobs::work(const std::stop_token &stop)
{
    std::unique_lock lock(m_mutex);
    const auto mayBegin = [this] {
        return m_next >= m_states.size() || m_next < m_waitedFor || m_next - m_waitedFor < m_lookAhead;
    };
    while (m_mayBegin.wait(lock, stop, mayBegin) && !stop.stop_requested() && m_next < m_states.size())
        runNext(lock);
}

void BackgroundJobs::runNext(std::unique_lock<std::mutex> &lock)
{
    const std::size_t job = m_next++;
    lock.unlock();
    std::exception_ptr error;
    try {
        m_job(job);
    } catch (...) { // thrown again in waitFor()
        error = std::current_exception();
    }
    lock.lock();
    m_states[job] = {true, error};
    m_hasRun.notify_all();
}

void BackgroundJobs::waitFor(std::size_t job)
{
    std::unique_lock lock(m_mutex);
    while (m_threads.empty() && m_next <= job)
        runNext(lock);
    if (job + 1 > m_waitedFor) { // before the wait, so that the job is allowed to begin
        m_waitedFor = job;
        m_mayBegin.notify_all();
    }
    m_hasRun.wait(lock, [&] { return m_states.at(job).hasRun; });
    if (job + 1 > m_waitedFor) {
        m_waitedFor = job + 1;
        m_mayBegin.notify_all();
    }
    if (m_states[job].error)
        std::rethrow_exception(m_states[job].error);
}

void BackgroundJobs::waitForAll()
{
    for (std::size_t job = 0; job < m_states.size(); ++job)
        waitFor(job);
}

} // namespace reslens::jobs
