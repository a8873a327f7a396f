// The questions under way: who asked, and what to do with the answer. Lives on the GUI thread.
#pragma once

#include "session/gpu_worker.h"

#include <QObject>
#include <QPointer>

#include <map>

namespace reslens::session {

/// What a page asks, in words of its own type.
template <typename T>
struct Inquiry {
    QString tag;                                                                // a newer one with this tag replaces it
    std::function<Result<T>(Subject &, const analysis::Job &)> question;        // on the worker's thread; values only
    std::function<void(const Result<std::shared_ptr<const T>> &answer)> onDone; // on the GUI thread
    std::function<void(int done, int total)> onProgress = {};                   // the same
};

class Inquiries : public QObject {
    Q_OBJECT

public:
    explicit Inquiries(GpuWorker &worker, QObject *parent = nullptr);

    /// About the trace that answered as `trace`. Nothing is answered once `asker` is gone, the tag is asked again or
    /// cancelled, or another trace is begun (forget()).
    template <typename T>
    void ask(QObject *asker, std::uint64_t trace, Inquiry<T> inquiry)
    {
        const std::string tag = inquiry.tag.toStdString();
        const std::uint64_t id = m_worker.submit(tag, AskSubject{trace, erased(std::move(inquiry.question))});
        remember<T>(id, asker, std::move(inquiry), true);
    }

    /// About `picture` as the model `nameOrPath` sees it; not bound to the current trace.
    template <typename T>
    void askGuest(QObject *asker, const QString &nameOrPath, const QImage &picture, Inquiry<T> inquiry)
    {
        const std::string tag = inquiry.tag.toStdString();
        const std::uint64_t id =
            m_worker.submit(tag, AskGuest{nameOrPath.toStdString(), picture, erased(std::move(inquiry.question))});
        remember<T>(id, asker, std::move(inquiry), false);
    }

    void cancel(const QString &tag);
    bool isUnderWay(const QString &tag) const;
    bool isAnyUnderWay() const { return !m_pending.empty(); }
    bool isAnyAboutTrace() const;
    /// What was asked about a trace will not answer: there is a newer one.
    void forget();

signals:
    void underWayChanged();

private:
    struct Pending {
        QString tag;
        QPointer<QObject> asker;
        bool isAboutTrace;
        std::function<void(Result<std::any>)> onDone;
        std::function<void(int, int)> onProgress;
    };

    template <typename T>
    static Question erased(std::function<Result<T>(Subject &, const analysis::Job &)> question)
    {
        return [question = std::move(question)](Subject &subject, const analysis::Job &job) -> Result<std::any> {
            return question(subject, job).map([](T &&value) {
                return std::any(std::make_shared<const T>(std::move(value)));
            });
        };
    }

    template <typename T>
    void remember(std::uint64_t id, QObject *asker, Inquiry<T> inquiry, bool isAboutTrace)
    {
        const auto done = [onDone = std::move(inquiry.onDone)](Result<std::any> answer) {
            onDone(answer.map([](const std::any &value) { return std::any_cast<std::shared_ptr<const T>>(value); }));
        };
        add(id, {std::move(inquiry.tag), asker, isAboutTrace, done, std::move(inquiry.onProgress)});
    }

    void add(std::uint64_t id, Pending pending);
    void take(const Answer &answer);

    GpuWorker &m_worker;
    std::map<std::uint64_t, Pending> m_pending;
};

} // namespace reslens::session
