// The compared models and their summaries. The worker answers for one model after another, as guests, while the page
// is watched.
#pragma once

#include "session/comparison.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <memory>
#include <vector>

namespace reslens::session {
class Session;
}

namespace reslens::pages {

struct Candidate {
    int id = 0;         // the question's
    QString nameOrPath; // for the worker
    QString title;
    std::shared_ptr<const session::ModelSummary> summary; // null until it has answered
    QString problem;                                      // why there is none; empty if all is well
    bool isUnderWay = false;
};

class Candidates : public QObject {
    Q_OBJECT

public:
    /// The models are closed after this time without a watcher.
    static constexpr int kPatienceMs = 120'000;

    explicit Candidates(session::Session &session, QObject *parent = nullptr);

    const std::vector<Candidate> &all() const { return m_all; }
    /// Ignores a model that is already listed. Refuses more than kMostCompared, and says so.
    void add(const QString &nameOrPath, const QString &title = {});
    void remove(int index);
    /// Swaps a model with its neighbour. The first one is the reference of the others.
    void move(int index, int step);
    void clear();

    /// Asks for the missing summaries, or stops asking.
    void setWatched(bool isWatched);
    /// Drops all answers, for another picture.
    void renew();
    /// Stops the open questions; retry() asks them again.
    void cancel();
    void retry();

    bool isUnderWay() const;
    /// The progress of all models together, in [0, 1].
    double progress() const;
    int answered() const;

signals:
    void changed();
    void progressed();

private:
    void ask(Candidate &candidate);
    void askMissing();
    void stop(Candidate &candidate);
    Candidate *withId(int id);

    session::Session &m_session;
    std::vector<Candidate> m_all;
    bool m_isWatched = false, m_isCancelled = false;
    int m_lastId = 0;
    int m_runningId = 0; // its question reports the next member
    double m_runningShare = 0;
    QTimer m_patience;
};

} // namespace reslens::pages
