#include "session/inquiries.h"

#include <algorithm>

namespace reslens::session {

Inquiries::Inquiries(GpuWorker &worker, QObject *parent) : QObject(parent), m_worker(worker)
{
    connect(&worker, &GpuWorker::finished, this, &Inquiries::take);
    connect(&worker, &GpuWorker::progressed, this, [this](quint64 id, int done, int total) {
        const auto found = m_pending.find(id);
        if (found != m_pending.end() && found->second.asker && found->second.onProgress)
            found->second.onProgress(done, total);
    });
}

void Inquiries::add(std::uint64_t id, Pending pending)
{
    std::erase_if(m_pending, [&](const auto &entry) { return entry.second.tag == pending.tag; });
    m_pending.emplace(id, std::move(pending));
    emit underWayChanged();
}

void Inquiries::cancel(const QString &tag)
{
    m_worker.cancel(tag.toStdString());
    if (std::erase_if(m_pending, [&](const auto &entry) { return entry.second.tag == tag; }) > 0)
        emit underWayChanged();
}

bool Inquiries::isUnderWay(const QString &tag) const
{
    return std::ranges::any_of(m_pending, [&](const auto &entry) { return entry.second.tag == tag; });
}

bool Inquiries::isAnyAboutTrace() const
{
    return std::ranges::any_of(m_pending, [](const auto &entry) { return entry.second.isAboutTrace; });
}

void Inquiries::forget()
{
    if (std::erase_if(m_pending, [](const auto &entry) { return entry.second.isAboutTrace; }) > 0)
        emit underWayChanged();
}

void Inquiries::take(const Answer &answer)
{
    const auto found = m_pending.find(answer.id);
    if (found == m_pending.end())
        return;
    const Pending pending = std::move(found->second);
    m_pending.erase(found);
    emit underWayChanged();
    if (!pending.asker)
        return;
    if (const auto *answered = std::get_if<Answered>(&answer.result))
        pending.onDone(answered->value);
    else if (const auto *error = std::get_if<Error>(&answer.result))
        pending.onDone(tl::unexpected(*error));
}

} // namespace reslens::session
