#include "jobs/task_queue.h"

#include <algorithm>
#include <system_error>

namespace reslens::jobs {

TaskQueue::TaskQueue(unsigned threads)
    : m_mostThreads(threads > 0 ? threads : std::max(std::thread::hardware_concurrency(), 1u))
{
    m_threads.reserve(m_mostThreads);
}

TaskQueue::~TaskQueue()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isEnding = true;
    }
    m_arrived.notify_all();
    for (std::thread &thread : m_threads)
        thread.join();
}

void TaskQueue::add(std::function<void()> task)
{
    std::unique_lock lock(m_mutex);
    if (m_waiting.size() >= m_idle && m_threads.size() < m_mostThreads) {
        try {
            m_threads.emplace_back([this] { work(); });
        } catch (const std::system_error &) { // no thread is left: the existing threads, if any, run the task
        }
    }
    if (m_threads.empty()) {
        lock.unlock();
        task();
        return;
    }
    m_waiting.push_back(std::move(task));
    lock.unlock();
    m_arrived.notify_one();
}

void TaskQueue::work()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        ++m_idle;
        m_arrived.wait(lock, [this] { return !m_waiting.empty() || m_isEnding; });
        --m_idle;
        if (m_waiting.empty())
            return;
        const std::function<void()> task = std::move(m_waiting.front());
        m_waiting.pop_front();
        lock.unlock();
        task(); // a packaged task: its exception is in its future
        lock.lock();
    }
}

} // namespace reslens::jobs
