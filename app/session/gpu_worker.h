// The one thread that owns the executor. Requests go in by value and never wait; answers come back as queued signals.
#pragma once

#include "session/request.h"
#include "session/worker_services.h"

#include <QObject>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace reslens::session {

class WorkerState;

class GpuWorker : public QObject {
    Q_OBJECT

public:
    static constexpr int kProgressPerSecond = 20;
    static constexpr std::chrono::milliseconds kIdle{1500}; // without a request, before idle work is begun

    explicit GpuWorker(WorkerServices services, QObject *parent = nullptr);
    ~GpuWorker() override; // stops what runs and joins the thread

    /// Queues `job`. Queued requests with the same tag are dropped without an answer, a running one is stopped and
    /// answers ErrorKind::Cancelled. A new model or trace does the same to every question about the old trace. Guests
    /// wait until nothing else is asked. Returns the id that the answer will carry.
    std::uint64_t submit(std::string tag, Job job);
    /// Drops what is queued with this tag and stops it where it runs.
    void cancel(const std::string &tag);

signals:
    /// Emitted on the worker's thread; receivers on other threads get it through their event loop.
    void finished(const reslens::session::Answer &answer);
    /// The same; of long questions, at most kProgressPerSecond times.
    void progressed(quint64 id, int done, int total);

private:
    struct Taken {
        Request request;
        std::stop_token stop;
    };
    template <typename Predicate>
    void drop(Predicate isDropped);
    std::optional<Taken> take(std::stop_token quit);
    std::optional<std::stop_token> staysIdle(std::stop_token quit);
    void perform(WorkerState &state, const Taken &taken);
    void doIdleWork(WorkerState &state, const std::stop_token &stop);
    void loop(std::stop_token quit);

    const WorkerServices m_services;
    std::mutex m_mutex;
    std::condition_variable_any m_arrived;
    std::deque<Request> m_queue; // guarded by m_mutex, as are the next three
    std::optional<Request> m_running;
    std::stop_source m_runningStop; // of m_running, or of idle work
    std::uint64_t m_lastId = 0;
    std::jthread m_thread; // last, so that it ends before what it uses
};

} // namespace reslens::session
