#include "session/gpu_worker.h"

#include "session/worker_state.h"

#include <algorithm>
#include <chrono>
#include <exception>

namespace reslens::session {

namespace {

bool isAboutTrace(const Request &request)
{
    return std::holds_alternative<ReadLayer>(request.job) || std::holds_alternative<AskSubject>(request.job);
}

bool replacesTrace(const Job &job)
{
    return std::holds_alternative<OpenModel>(job) || std::holds_alternative<RunTrace>(job);
}

bool canWait(const Request &request)
{
    return std::holds_alternative<AskGuest>(request.job) || std::holds_alternative<ForgetGuests>(request.job);
}

/// Passes progress on, but no more often than anyone can see; the last step always.
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
    : QObject(parent), m_services(std::move(services)), m_thread([this](std::stop_token quit) { loop(quit); })
{
}

GpuWorker::~GpuWorker()
{
    m_thread.request_stop();
    {
        const std::lock_guard lock(m_mutex);
        m_runningStop.request_stop();
    }
    m_thread.join();
}

/// m_mutex is held.
template <typename Predicate>
void GpuWorker::drop(Predicate isDropped)
{
    std::erase_if(m_queue, isDropped);
    if (m_running && isDropped(*m_running))
        m_runningStop.request_stop();
}

std::uint64_t GpuWorker::submit(std::string tag, Job job)
{
    const std::lock_guard lock(m_mutex);
    if (!m_running) // idle work, if any
        m_runningStop.request_stop();
    const bool isNewTrace = replacesTrace(job);
    drop([&](const Request &request) { return request.tag == tag || (isNewTrace && isAboutTrace(request)); });
    Request request{++m_lastId, std::move(tag), std::move(job)};
    const auto place = canWait(request) ? m_queue.end() : std::ranges::find_if(m_queue, canWait);
    m_queue.insert(place, std::move(request));
    m_arrived.notify_one();
    return m_lastId;
}

void GpuWorker::cancel(const std::string &tag)
{
    const std::lock_guard lock(m_mutex);
    drop([&](const Request &request) { return request.tag == tag; });
}

std::optional<GpuWorker::Taken> GpuWorker::take(std::stop_token quit)
{
    std::unique_lock lock(m_mutex);
    m_running.reset();
    if (!m_arrived.wait(lock, quit, [this] { return !m_queue.empty(); }) || quit.stop_requested())
        return std::nullopt;
    Taken taken{std::move(m_queue.front()), {}};
    m_queue.pop_front();
    m_running = taken.request;
    m_runningStop = std::stop_source();
    taken.stop = m_runningStop.get_token();
    return taken;
}

/// Waits; nothing as soon as there is a request, or an end. The token is stopped by the next request.
std::optional<std::stop_token> GpuWorker::staysIdle(std::stop_token quit)
{
    std::unique_lock lock(m_mutex);
    m_running.reset();
    if (m_arrived.wait_for(lock, quit, kIdle, [this] { return !m_queue.empty(); }) || quit.stop_requested())
        return std::nullopt;
    m_runningStop = std::stop_source();
    return m_runningStop.get_token();
}

void GpuWorker::perform(WorkerState &state, const Taken &taken)
{
    const std::uint64_t id = taken.request.id;
    Throttle throttle;
    const JobContext context{id, taken.stop, [&](int done, int total) {
                                 if (throttle.passes(done, total))
                                     emit progressed(id, done, total);
                             }};
    Answer answer{id, taken.request.tag, {}};
    try {
        answer.result = std::visit([&](const auto &job) { return state.perform(job, context); }, taken.request.job);
    } catch (const std::exception &e) { // the job border: whatever happened becomes one sentence
        answer.result = Error{ErrorKind::Device, "", e.what(), {}};
    }
    answer.memory = state.memory();
    emit finished(answer);
}

/// Nobody asked for it: what goes wrong shows when somebody does.
void GpuWorker::doIdleWork(WorkerState &state, const std::stop_token &stop)
{
    try {
        state.doIdleWork(stop);
    } catch (const std::exception &) {
        state.giveUpIdleWork();
    }
}

void GpuWorker::loop(std::stop_token quit)
{
    WorkerState state(m_services);
    while (!quit.stop_requested()) {
        if (const auto idle = state.hasIdleWork() ? staysIdle(quit) : std::nullopt)
            doIdleWork(state, *idle);
        else if (const std::optional<Taken> taken = take(quit))
            perform(state, *taken);
    }
}

} // namespace reslens::session
