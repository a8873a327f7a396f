#include "pages/compare/candidates.h"

#include "session/session.h"

#include <QFileInfo>

#include <algorithm>

namespace reslens::pages {

namespace {

QString tagOf(int id)
{
    return QStringLiteral("compare %1").arg(id);
}

/// Removes the path from the message, since it is shown next to it.
QString problemOf(const Error &error, const QString &nameOrPath)
{
    QString problem = QString::fromStdString(error.message());
    if (problem.startsWith(nameOrPath + ": "))
        problem.remove(0, nameOrPath.size() + 2);
    return problem;
}

} // namespace

Candidates::Candidates(session::Session &session, QObject *parent) : QObject(parent), m_session(session)
{
    m_patience.setSingleShot(true);
    m_patience.setInterval(kPatienceMs);
    connect(&m_patience, &QTimer::timeout, this, [this] { m_session.worker().forgetGuests(); });
}

void Candidates::add(const QString &nameOrPath, const QString &title)
{
    if (std::ranges::any_of(m_all, [&](const Candidate &one) { return one.nameOrPath == nameOrPath; }))
        return;
    if (m_all.size() == session::kMostCompared) {
        m_session.tell({ErrorKind::Limit,
                        nameOrPath.toStdString(),
                        "at most " + std::to_string(session::kMostCompared) + " models are compared",
                        {}});
        return;
    }
    Candidate candidate{++m_lastId, nameOrPath};
    candidate.title = title.isEmpty() ? QFileInfo(nameOrPath).fileName() : title;
    m_all.push_back(std::move(candidate));
    askMissing();
    emit changed();
}

void Candidates::remove(int index)
{
    if (index < 0 || index >= int(m_all.size()))
        return;
    stop(m_all[std::size_t(index)]);
    m_all.erase(m_all.begin() + index);
    if (m_all.empty())
        m_session.worker().forgetGuests();
    emit changed();
}

void Candidates::move(int index, int step)
{
    const int other = index + step;
    if (index < 0 || other < 0 || index >= int(m_all.size()) || other >= int(m_all.size()))
        return;
    std::swap(m_all[std::size_t(index)], m_all[std::size_t(other)]);
    emit changed();
}

void Candidates::clear()
{
    for (Candidate &candidate : m_all)
        stop(candidate);
    m_all.clear();
    m_session.worker().forgetGuests();
    emit changed();
}

void Candidates::setWatched(bool isWatched)
{
    m_isWatched = isWatched;
    if (isWatched) {
        m_patience.stop();
        askMissing();
    } else {
        for (Candidate &candidate : m_all)
            stop(candidate);
        m_patience.start();
    }
    emit changed();
}

void Candidates::renew()
{
    for (Candidate &candidate : m_all) {
        stop(candidate);
        candidate.summary.reset();
        candidate.problem.clear();
    }
    m_isCancelled = false;
    askMissing();
    emit changed();
}

void Candidates::cancel()
{
    m_isCancelled = true;
    for (Candidate &candidate : m_all)
        stop(candidate);
    emit changed();
}

void Candidates::retry()
{
    m_isCancelled = false;
    for (Candidate &candidate : m_all)
        candidate.problem.clear();
    askMissing();
    emit changed();
}

bool Candidates::isUnderWay() const
{
    return std::ranges::any_of(m_all, &Candidate::isUnderWay);
}

int Candidates::answered() const
{
    return int(std::ranges::count_if(
        m_all, [](const Candidate &one) { return one.summary != nullptr || !one.problem.isEmpty(); }));
}

double Candidates::progress() const
{
    return m_all.empty() ? 0 : (answered() + (isUnderWay() ? m_runningShare : 0)) / double(m_all.size());
}

void Candidates::stop(Candidate &candidate)
{
    if (!std::exchange(candidate.isUnderWay, false))
        return;
    m_session.worker().cancel(tagOf(candidate.id));
    if (m_runningId == candidate.id)
        m_runningShare = 0;
}

void Candidates::askMissing()
{
    if (!m_isWatched || m_isCancelled || m_session.picture().isNull())
        return;
    for (Candidate &candidate : m_all)
        if (!candidate.summary && candidate.problem.isEmpty() && !candidate.isUnderWay)
            ask(candidate);
}

void Candidates::ask(Candidate &candidate)
{
    candidate.isUnderWay = true;
    const auto take = [this, id = candidate.id](Result<session::ModelSummary> answer) {
        Candidate *asked = withId(id);
        if (!asked)
            return;
        asked->isUnderWay = false;
        m_runningShare = 0;
        if (answer)
            asked->summary = std::make_shared<const session::ModelSummary>(std::move(*answer));
        else
            asked->problem = problemOf(answer.error(), asked->nameOrPath);
        emit changed();
    };
    const auto tell = [this, id = candidate.id](int done, int total) {
        m_runningId = id;
        m_runningShare = double(done) / std::max(1, total);
        emit progressed();
    };
    m_session.askGuest(this, tagOf(candidate.id), candidate.nameOrPath, &session::summarise, take, tell);
}

Candidate *Candidates::withId(int id)
{
    const auto found = std::ranges::find(m_all, id, &Candidate::id);
    return found == m_all.end() ? nullptr : &*found;
}

} // namespace reslens::pages
