// Runs tasks on a few threads, in the order of submission. Whoever needs a result waits for its future.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace reslens::jobs {

class TaskQueue {
public:
    /// Starts at most `threads` threads (0: one per core), each when it is needed.
    explicit TaskQueue(unsigned threads = 0);
    /// Runs the tasks that have not begun, and waits for all.
    ~TaskQueue();
    TaskQueue(const TaskQueue &) = delete;
    TaskQueue &operator=(const TaskQueue &) = delete;

    /// Runs `work()` on one of the threads or, if the system gives no thread, now. Any thread may call it. The future
    /// has the result or the exception of `work`; its destructor does not wait.
    template <typename Work>
    auto run(Work work) -> std::shared_future<decltype(work())>
    {
        const auto task = std::make_shared<std::packaged_task<decltype(work())()>>(std::move(work));
        std::shared_future<decltype(work())> result = task->get_future();
        add([task] { (*task)(); });
        return result;
    }

private:
    void add(std::function<void()> task);
    void work();

    const std::size_t m_mostThreads;
    std::mutex m_mutex;
    std::condition_variable m_arrived;
    std::deque<std::function<void()>> m_waiting;
    std::size_t m_idle = 0; // threads that wait for a task
    bool m_isEnding = false;
    std::vector<std::thread> m_threads;
};

} // namespace reslens::jobs
