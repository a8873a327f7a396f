// The models that are compared, and what is known of each: asked one by one, as guests of the worker, while somebody
// looks.
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
    int id = 0;         // of its question
    QString nameOrPath; // what the worker opens
    QString title;
    std::shared_ptr<const session::ModelSummary> summary; // null until it has answered
    QString problem;                                      // why it has not; empty where all is well
    bool isUnderWay = false;
};

class Candidates : public QObject {
    Q_OBJECT

public:
    /// How long nobody looks until the models are closed.
    static constexpr int kPatienceMs = 120'000;

    explicit Candidates(session::Session &session, QObject *parent = nullptr);

    const std::vector<Candidate> &all() const { return m_all; }
    /// A model that is there already is not added again; more than kMostCompared are refused and told.
    void add(const QString &nameOrPath, const QString &title = {});
    void remove(int index);
    /// Changes places with its neighbour; the first is what the others are held against.
    void move(int index, int step);
    void clear();

    /// Asks what is missing, or stops asking.
    void setWatched(bool isWatched);
    /// Another picture: all answers are void.
    void renew();
    /// Those that have not answered will not; retry() asks them again.
    void cancel();
    void retry();

    bool isUnderWay() const;
    /// The progress of all models together, in [0, 1]; and how many have answered.
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
    int m_runningId = 0; // whose question reports progress, and how far it is
    double m_runningShare = 0;
    QTimer m_patience;
};

} // namespace reslens::pages
