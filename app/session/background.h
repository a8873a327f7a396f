// Runs jobs (decoding, hashing, sorting dropped files, writing exports) off the GUI thread. Only the newest job of a
// tag answers.
#pragma once

#include "error/attempt.h"

#include <QHash>
#include <QObject>
#include <QString>
#include <QThreadPool>

#include <functional>
#include <memory>
#include <stop_token>

namespace reslens::session {

class Background : public QObject {
public:
    /// `onError` receives what a job throws, on this object's thread.
    explicit Background(std::function<void(const Error &)> onError, QObject *parent = nullptr)
        : QObject(parent), m_onError(std::move(onError))
    {
        m_pool.setMaxThreadCount(2);
    }

    /// Asks all jobs to stop and waits for the running ones, since a job posts its value to this object. Waiting jobs
    /// do not begin, except those of finish().
    ~Background() override
    {
        for (std::stop_source &newest : m_newest)
            newest.request_stop();
        m_pool.waitForDone();
    }

    /// Runs `work()` or `work(stop)` on the pool and then `done(value)` on this object's thread. If `tag` is started
    /// again or cancelled meanwhile, the job does not begin, or its token asks it to stop. `work` must hold values
    /// only. Lower priorities run later.
    template <typename Work, typename Done>
    void start(const QString &tag, Work work, Done done, int priority = 0)
    {
        std::stop_source &newest = m_newest[tag];
        newest.request_stop();
        newest = std::stop_source();
        run(newest.get_token(), std::move(work), std::move(done), priority);
    }

    /// Runs a job that must complete: nothing replaces or stops it, and the destructor waits for it.
    template <typename Work, typename Done>
    void finish(Work work, Done done)
    {
        run({}, std::move(work), std::move(done), 0);
    }

    /// Keeps the job of `tag` from answering.
    void cancel(const QString &tag)
    {
        if (const auto found = m_newest.find(tag); found != m_newest.end())
            found->request_stop();
    }

private:
    template <typename Value>
    struct AsResult {
        using Type = Result<Value>;
    };
    template <typename Value>
    struct AsResult<Result<Value>> {
        using Type = Result<Value>;
    };

    template <typename Work>
    static auto valueOf(Work &work, const std::stop_token &stop)
    {
        if constexpr (std::is_invocable_v<Work &, std::stop_token>)
            return work(stop);
        else
            return work();
    }

    template <typename Work, typename Done>
    void run(std::stop_token stop, Work work, Done done, int priority)
    {
        using Value = decltype(valueOf(work, stop));
        using Answer = typename AsResult<Value>::Type;
        const auto job = [this, stop, work = std::move(work), done = std::move(done)]() mutable {
            if (stop.stop_requested())
                return;
            const auto answer =
                std::make_shared<Answer>(attempt([&]() -> Answer { return valueOf(work, stop); }, ErrorKind::Io));
            const auto deliver = [this, stop, answer, done = std::move(done)]() mutable {
                if (stop.stop_requested())
                    return;
                if constexpr (std::is_same_v<Value, Answer>)
                    done(std::move(*answer));
                else if (*answer)
                    done(std::move(**answer));
                else
                    this->m_onError(answer->error()); // clang does not see `this` used otherwise
            };
            QMetaObject::invokeMethod(this, std::move(deliver), Qt::QueuedConnection);
        };
        m_pool.start(job, priority);
    }

    const std::function<void(const Error &)> m_onError;
    QHash<QString, std::stop_source> m_newest;
    QThreadPool m_pool;
};

} // namespace reslens::session
