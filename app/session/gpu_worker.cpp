#include "session/gpu_worker.h"

#include <algorithm>

namespace reslens::session {

namespace {

/// Limits how often progress is passed on. The last step always is.
class Throttle {
public:
    bool passes(int done, int total)
    {
        const auto now = std::chrono::steady_clock::now();
        if (done < total && now - m_last < std::chrono::milliseconds(1000 / GpuWorker::kProgressPerSecond))
            return false;
        m_last = now;
        return true;
    }

private:
    std::chrono::steady_clock::time_point m_last;
};

} // namespace

GpuWorker::GpuWorker(WorkerServices services, QObject *parent)
    : QObject(parent), m_services(std::move(services)), m_thread([this](const std::stop_token &quit) { loop(quit); })
{
}

GpuWorker::~GpuWorker()
{
    m_thread.request_stop();
    {
        const std::lock_guard lock(m_mutex);
        m_idle.request_stop();
        if (m_running)
            m_running->stop.request_stop();
    }
    m_thread.join();
}

template <typename Predicate>
void GpuWorker::drop(Predicate isDropped)
{
    std::erase_if(m_pending, isDropped);
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_queue, [&](const auto &queued) { return isDropped(*queued); });
    if (m_running && isDropped(*m_running))
        m_running->stop.request_stop();
}

void GpuWorker::enqueue(Pending pending, Work work)
{
    const bool isNewTrace = pending.about == About::NewTrace;
    drop([&](const auto &request) {
        return request.tag == pending.tag || (isNewTrace && request.about == About::Trace);
    });
    pending.id = ++m_lastId;
    {
        const std::lock_guard lock(m_mutex);
        m_idle.request_stop();
        const auto isGuest = [](const auto &queued) { return queued->about == About::Guest; };
        const auto place = pending.about == About::Guest ? m_queue.end() : std::ranges::find_if(m_queue, isGuest);
        m_queue.insert(place,
                       std::make_shared<Queued>(Queued{pending.id, pending.tag, pending.about, std::move(work)}));
        m_arrived.notify_one();
    }
    m_pending.push_back(std::move(pending));
    emit changed();
}

void GpuWorker::forgetGuests()
{
    submit(
        {"guests", this, About::Guest},
        [](WorkerState &state, const analysis::Job &) {
            state.forgetGuests();
            return Result<void>();
        },
        [](const Result<void> &) {});
}

void GpuWorker::cancel(const QString &tag)
{
    const std::size_t before = m_pending.size();
    drop([&](const auto &request) { return request.tag == tag; });
    if (m_pending.size() < before)
        emit changed();
}

bool GpuWorker::isUnderWay(const QString &tag) const
{
    return std::ranges::find(m_pending, tag, &Pending::tag) != m_pending.end();
}

bool GpuWorker::isAnyAboutTrace() const
{
    return std::ranges::find(m_pending, About::Trace, &Pending::about) != m_pending.end();
}

void GpuWorker::tellProgress(std::uint64_t id, int done, int total)
{
    const auto found = std::ranges::find(m_pending, id, &Pending::id);
    if (found != m_pending.end() && found->asker && found->onProgress)
        found->onProgress(done, total);
}

void GpuWorker::answer(std::uint64_t id, const MemoryUse &memory, const std::function<void()> &deliver)
{
    m_memory = memory;
    const auto found = std::ranges::find(m_pending, id, &Pending::id);
    if (found != m_pending.end()) {
        const QPointer<QObject> asker = found->asker;
        m_pending.erase(found);
        if (asker)
            deliver();
    }
    emit changed();
}

/// Waits for a request; null at the end.
std::shared_ptr<GpuWorker::Queued> GpuWorker::take(const std::stop_token &quit)
{
    std::unique_lock lock(m_mutex);
    m_running.reset();
    if (!m_arrived.wait(lock, quit, [this] { return !m_queue.empty(); }) || quit.stop_requested())
        return nullptr;
    m_running = std::move(m_queue.front());
    m_queue.pop_front();
    return m_running;
}

/// Waits until no request has come for a while; empty if a request or the end comes first. The next request stops the
/// token.
std::optional<std::stop_token> GpuWorker::staysIdle(const std::stop_token &quit)
{
    std::unique_lock lock(m_mutex);
    m_running.reset();
    if (m_arrived.wait_for(lock, quit, kIdle, [this] { return !m_queue.empty(); }) || quit.stop_requested())
        return std::nullopt;
    m_idle = std::stop_source();
    return m_idle.get_token();
}

void GpuWorker::perform(WorkerState &state, const Queued &taken)
{
    const std::uint64_t id = taken.id;
    Throttle throttle;
    const analysis::Job job{taken.stop.get_token(), [&](int done, int total) {
                                if (throttle.passes(done, total))
                                    QMetaObject::invokeMethod(
                                        this, [this, id, done, total] { tellProgress(id, done, total); },
                                        Qt::QueuedConnection);
                            }};
    const std::function<void()> deliver = taken.work(state, job);
    QMetaObject::invokeMethod(
        this, [this, id, memory = state.memory(), deliver] { answer(id, memory, deliver); }, Qt::QueuedConnection);
}

/// Ignores errors, since nobody asked for this work; a later request meets them again.
void GpuWorker::doIdleWork(WorkerState &state, const std::stop_token &stop)
{
    try {
        state.doIdleWork(stop);
    } catch (const std::exception &) {
        state.giveUpIdleWork();
    }
}

void GpuWorker::loop(const std::stop_token &quit)
{
    WorkerState state(m_services);
    while (!quit.stop_requested()) {
        if (const auto idle = state.hasIdleWork() ? staysIdle(quit) : std::nullopt)
            doIdleWork(state, *idle);
        else if (const auto taken = take(quit))
            perform(state, *taken);
    }
}

} // namespace reslens::session
