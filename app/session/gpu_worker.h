// The one thread that owns the executor. Requests go in by value and never wait; answers come back as queued signals.
#pragma once

#include "session/request.h"

#include <QObject>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace reslens::session {

/// What the worker needs from the core. All are called on the worker's thread only.
struct WorkerServices {
    std::function<Result<std::shared_ptr<const nn::Model>>(const std::string &nameOrPath)> openModel;
    std::function<Result<std::unique_ptr<nn::Executor>>(std::shared_ptr<const nn::Model>)> makeExecutor;
};

class GpuWorker : public QObject {
    Q_OBJECT

public:
    explicit GpuWorker(WorkerServices services, QObject *parent = nullptr);
    ~GpuWorker() override; // stops what runs and joins the thread

    /// Queues `job`. Queued requests with the same tag are dropped without an answer, a running one is stopped and
    /// answers ErrorKind::Cancelled. Returns the id that the answer will carry.
    std::uint64_t submit(std::string tag, Job job);

signals:
    /// Emitted on the worker's thread; receivers on other threads get it through their event loop.
    void finished(const reslens::session::Answer &answer);

private:
    struct Taken {
        Request request;
        std::stop_token stop;
    };
    std::optional<Taken> take(std::stop_token quit);
    void loop(std::stop_token quit);

    const WorkerServices m_services;
    std::mutex m_mutex;
    std::condition_variable_any m_arrived;
    std::deque<Request> m_queue; // guarded by m_mutex, as are the next three
    std::string m_runningTag;
    std::stop_source m_runningStop;
    std::uint64_t m_lastId = 0;
    std::jthread m_thread; // last, so that it ends before what it uses
};

} // namespace reslens::session
