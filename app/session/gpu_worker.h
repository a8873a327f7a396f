// The one thread that owns the executor, and its requests. Closures go in by value and never wait. Their answers come
// back by value on the thread of this object (the GUI thread), which alone calls these functions.
#pragma once

#include "error/attempt.h"
#include "session/worker_state.h"

#include <QObject>
#include <QPointer>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace reslens::session {

class GpuWorker : public QObject {
    Q_OBJECT

public:
    static constexpr int kProgressPerSecond = 20;
    static constexpr std::chrono::milliseconds kIdle{1500}; // without a request, before idle work begins

    explicit GpuWorker(WorkerServices services, QObject *parent = nullptr);
    ~GpuWorker() override; // stops the running work and joins the thread

    /// Called on the GUI thread, at most kProgressPerSecond times.
    using Progress = std::function<void(int done, int total)>;

    // Every request has a tag. A newer request with the same tag replaces it. A replaced request is not answered, nor
    // is one whose asker is gone. An exception from `work` becomes the answer's error.

    /// Opens the current model. Voids every question about the trace.
    template <typename Done> // void(Result<ModelOpened>)
    void openModel(QObject *asker, ModelRequest request, Done done)
    {
        submit(
            {"model", asker, About::NewTrace},
            [request = std::move(request)](WorkerState &state, const analysis::Job &job) {
                return state.openModel(request, job.stop);
            },
            std::move(done));
    }

    /// Asks what needs no trace: `work` is Result<T>(WorkerState &, const analysis::Job &). It waits as askGuest().
    template <typename Work, typename Done>
    void askAside(QObject *asker, const QString &tag, Work work, Done done, Progress onProgress = {})
    {
        submit({tag, asker, About::Guest, std::move(onProgress)}, std::move(work), std::move(done));
    }

    /// Classifies `picture` (upright RGB888) with the current model and keeps every tensor. Voids questions as
    /// openModel().
    template <typename Done> // void(Result<Traced>)
    void run(QObject *asker, const QImage &picture, const std::vector<nn::BlockScale> &scales, Done done)
    {
        submit(
            {"trace", asker, About::NewTrace},
            [picture, scales](WorkerState &state, const analysis::Job &job) {
                return state.run(picture, scales, job.stop);
            },
            std::move(done));
    }

    /// Asks about the trace with this number. `work` is Result<T>(Subject &, const analysis::Job &), runs on the
    /// worker's thread and holds values only; `done` is void(Result<T>).
    template <typename Work, typename Done>
    void ask(QObject *asker, const QString &tag, std::uint64_t trace, Work work, Done done, Progress onProgress = {})
    {
        submit(
            {tag, asker, About::Trace, std::move(onProgress)},
            [trace, work = std::move(work)](WorkerState &state, const analysis::Job &job) {
                return state.subject(trace).and_then([&](Subject *subject) { return work(*subject, job); });
            },
            std::move(done));
    }

    /// Asks about `picture` with another model, which stays open next to the current one until forgetGuests(). It
    /// waits until nothing else is asked.
    template <typename Work, typename Done>
    void askGuest(QObject *asker, const QString &tag, const QString &nameOrPath, const QImage &picture, Work work,
                  Done done, Progress onProgress = {})
    {
        submit(
            {tag, asker, About::Guest, std::move(onProgress)},
            [name = nameOrPath.toStdString(), picture, work = std::move(work)](WorkerState &state,
                                                                               const analysis::Job &job) {
                return state.guest(name, picture, job.stop).and_then([&](std::unique_ptr<Subject> subject) {
                    return work(*subject, job);
                });
            },
            std::move(done));
    }

    void forgetGuests();
    /// Drops the request with this tag, and stops it if it runs.
    void cancel(const QString &tag);

    bool isUnderWay(const QString &tag) const;
    bool isAnyUnderWay() const { return !m_pending.empty(); }
    bool isAnyAboutTrace() const;
    /// The memory in use at the last answer; empty before the first model is open.
    const MemoryUse &memory() const { return m_memory; }

signals:
    void changed(); // the pending requests or the memory in use

private:
    enum class About { NewTrace, Trace, Guest };
    struct Pending { // on the GUI thread
        QString tag;
        QPointer<QObject> asker;
        About about;
        Progress onProgress = {};
        std::uint64_t id = 0;
    };
    /// Runs on the worker's thread, and returns the rest of the work for the GUI thread.
    using Work = std::function<std::function<void()>(WorkerState &, const analysis::Job &)>;
    struct Queued { // for the worker's thread
        std::uint64_t id = 0;
        QString tag;
        About about;
        Work work;
        std::stop_source stop = {};
    };

    template <typename Run, typename Done>
    void submit(Pending pending, Run run, Done done)
    {
        enqueue(std::move(pending),
                [run = std::move(run), done = std::move(done)](WorkerState &state,
                                                               const analysis::Job &job) -> std::function<void()> {
                    auto answer = attempt([&] { return run(state, job); }, ErrorKind::Device);
                    return [done, answer = std::make_shared<decltype(answer)>(std::move(answer))] {
                        done(std::move(*answer));
                    };
                });
    }

    void enqueue(Pending pending, Work work);
    template <typename Predicate>
    void drop(Predicate isDropped);
    void answer(std::uint64_t id, const MemoryUse &memory, const std::function<void()> &deliver);
    void tellProgress(std::uint64_t id, int done, int total);

    std::shared_ptr<Queued> take(const std::stop_token &quit);
    std::optional<std::stop_token> staysIdle(const std::stop_token &quit);
    void perform(WorkerState &state, const Queued &taken);
    void doIdleWork(WorkerState &state, const std::stop_token &stop);
    void loop(const std::stop_token &quit);

    std::vector<Pending> m_pending;
    std::uint64_t m_lastId = 0;
    MemoryUse m_memory;

    const WorkerServices m_services;
    std::mutex m_mutex;
    std::condition_variable_any m_arrived;
    std::deque<std::shared_ptr<Queued>> m_queue; // guarded by m_mutex, like the next two
    std::shared_ptr<Queued> m_running;
    std::stop_source m_idle; // stops idle work
    std::jthread m_thread;   // last, so that it ends before the members that it uses
};

} // namespace reslens::session
