// The one thread that owns the executor, and what is asked of it: closures go in by value and never wait, their answers
// come back by value on the thread of the worker's object (the GUI thread), which alone calls its functions.
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
    static constexpr std::chrono::milliseconds kIdle{1500}; // without a request, before idle work is begun

    explicit GpuWorker(WorkerServices services, QObject *parent = nullptr);
    ~GpuWorker() override; // stops what runs and joins the thread

    /// On the GUI thread; of long work, at most kProgressPerSecond times.
    using Progress = std::function<void(int done, int total)>;

    // Every request has a tag. A newer one with the same tag replaces it, and then it is not answered; nor once its
    // asker is gone. What it throws is its error.

    /// Makes it the current model. Voids every question about the trace.
    template <typename Done> // void(Result<ModelOpened>)
    void openModel(QObject *asker, const QString &nameOrPath, Done done)
    {
        submit(
            {"model", asker, About::NewTrace},
            [name = nameOrPath.toStdString()](WorkerState &state, const analysis::Job &job) {
                return state.openModel(name, job.stop);
            },
            std::move(done));
    }

    /// Classifies `picture` (upright RGB888) with the current model and keeps every tensor. Voids as openModel().
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

    /// About the trace with this number. `work` is Result<T>(Subject &, const analysis::Job &), runs on the worker's
    /// thread and holds values only; `done` is void(Result<T>).
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

    /// The same about `picture` as another model sees it, which stays open next to the current one until
    /// forgetGuests(). Waits until nothing else is asked.
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
    /// Drops what is asked with this tag, and stops it where it runs.
    void cancel(const QString &tag);

    bool isUnderWay(const QString &tag) const;
    bool isAnyUnderWay() const { return !m_pending.empty(); }
    bool isAnyAboutTrace() const;
    /// When a request was last answered; nothing before the first model is open.
    const MemoryUse &memory() const { return m_memory; }

signals:
    void changed(); // what is under way, or the memory in use

private:
    enum class About { NewTrace, Trace, Guest };
    struct Pending { // on the GUI thread
        QString tag;
        QPointer<QObject> asker;
        About about;
        Progress onProgress = {};
        std::uint64_t id = 0;
    };
    /// Runs on the worker's thread, and gives what is left to do on the GUI thread.
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

    std::shared_ptr<Queued> take(std::stop_token quit);
    std::optional<std::stop_token> staysIdle(std::stop_token quit);
    void perform(WorkerState &state, const Queued &taken);
    void doIdleWork(WorkerState &state, const std::stop_token &stop);
    void loop(std::stop_token quit);

    std::vector<Pending> m_pending;
    std::uint64_t m_lastId = 0;
    MemoryUse m_memory;

    const WorkerServices m_services;
    std::mutex m_mutex;
    std::condition_variable_any m_arrived;
    std::deque<std::shared_ptr<Queued>> m_queue; // guarded by m_mutex, as are the next two
    std::shared_ptr<Queued> m_running;
    std::stop_source m_idle; // of idle work
    std::jthread m_thread;   // last, so that it ends before what it uses
};

} // namespace reslens::session
