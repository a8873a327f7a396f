// Runs short jobs (decoding, sorting dropped files, writing exports) off the GUI thread; only the newest of a tag
// answers.
#pragma once

#include <QHash>
#include <QObject>
#include <QString>
#include <QThreadPool>

#include <cstdint>
#include <memory>

namespace reslens::session {

class Background : public QObject {
public:
    explicit Background(QObject *parent = nullptr) : QObject(parent) { m_pool.setMaxThreadCount(2); }

    ~Background() override
    {
        m_pool.clear();
        m_pool.waitForDone(); // a job posts its value to this object, so it must outlive them all
    }

    /// Runs `job()` on the pool and then `done(value)` on this object's thread, unless `tag` was started again or
    /// cancelled meanwhile. `job` must hold values only. Lower priorities run later.
    template <typename Job, typename Done>
    void start(const QString &tag, Job job, Done done, int priority = 0)
    {
        const std::uint64_t id = ++m_newest[tag];
        m_pool.start(
            [this, tag, id, job = std::move(job), done = std::move(done)]() mutable {
                auto value = std::make_shared<decltype(job())>(job());
                QMetaObject::invokeMethod(
                    this,
                    [this, tag, id, value, done = std::move(done)]() mutable {
                        if (m_newest.value(tag) == id)
                            done(std::move(*value));
                    },
                    Qt::QueuedConnection);
            },
            priority);
    }

    /// What was started under `tag` will not answer.
    void cancel(const QString &tag) { ++m_newest[tag]; }

private:
    QHash<QString, std::uint64_t> m_newest;
    QThreadPool m_pool;
};

} // namespace reslens::session
