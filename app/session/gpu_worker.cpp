#include "session/gpu_worker.h"

#include "image/preprocess.h"

#include <algorithm>
#include <exception>

namespace reslens::session {

namespace {

/// Everything that only the worker's thread touches.
class WorkerState {
public:
    explicit WorkerState(const WorkerServices &services) : m_services(services) {}

    using Outcome = decltype(Answer::result);

    Outcome perform(const OpenModel &job, std::uint64_t, const std::stop_token &stop)
    {
        auto model = m_services.openModel(job.nameOrPath);
        if (!model)
            return model.error();
        if (stop.stop_requested())
            return cancelled();
        auto executor = m_services.makeExecutor(*model);
        if (!executor)
            return executor.error();
        m_trace.reset(); // before the executor that it belongs to
        m_executor = std::move(*executor);
        m_model = *model;
        return ModelOpened{m_model, m_executor->device(), m_executor->memoryBytes()};
    }

    Outcome perform(const RunTrace &job, std::uint64_t id, const std::stop_token &stop)
    {
        if (!m_executor)
            return Error{ErrorKind::NotFound, "", "no model is open", {}};
        const Tensor input = image::preprocess(job.picture, m_model->preprocess);
        if (stop.stop_requested())
            return cancelled();
        nn::RunOptions options;
        options.stop = stop;
        auto trace = m_executor->trace(input, options);
        if (!trace)
            return trace.error();
        m_trace = std::move(*trace);
        m_traceId = id;
        return Traced{m_model, m_trace->forward(), m_trace->shapes(), m_executor->memoryBytes()};
    }

    Outcome perform(const ReadLayer &job, std::uint64_t, const std::stop_token &)
    {
        if (!m_trace || m_traceId != job.trace)
            return cancelled(); // the picture or the model has changed since it was asked
        auto tensor = m_trace->read(job.layer);
        if (!tensor)
            return tensor.error();
        return LayerRead{job.trace, job.layer, std::make_shared<const Tensor>(std::move(*tensor))};
    }

private:
    static Error cancelled() { return {ErrorKind::Cancelled, "", "a newer request replaced this one", {}}; }

    const WorkerServices &m_services;
    std::shared_ptr<const nn::Model> m_model;
    std::unique_ptr<nn::Executor> m_executor;
    std::unique_ptr<nn::Trace> m_trace;
    std::uint64_t m_traceId = 0;
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

std::uint64_t GpuWorker::submit(std::string tag, Job job)
{
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_queue, [&](const Request &queued) { return queued.tag == tag; });
    if (m_runningTag == tag)
        m_runningStop.request_stop();
    m_queue.push_back({++m_lastId, std::move(tag), std::move(job)});
    m_arrived.notify_one();
    return m_lastId;
}

std::optional<GpuWorker::Taken> GpuWorker::take(std::stop_token quit)
{
    std::unique_lock lock(m_mutex);
    m_runningTag.clear();
    if (!m_arrived.wait(lock, quit, [this] { return !m_queue.empty(); }) || quit.stop_requested())
        return std::nullopt;
    Taken taken{std::move(m_queue.front()), {}};
    m_queue.pop_front();
    m_runningTag = taken.request.tag;
    m_runningStop = std::stop_source();
    taken.stop = m_runningStop.get_token();
    return taken;
}

void GpuWorker::loop(std::stop_token quit)
{
    WorkerState state(m_services);
    while (const std::optional<Taken> taken = take(quit)) {
        Answer answer{taken->request.id, taken->request.tag, {}};
        try {
            answer.result =
                std::visit([&](const auto &job) { return state.perform(job, taken->request.id, taken->stop); },
                           taken->request.job);
        } catch (const std::exception &e) { // the job border: whatever happened becomes one sentence
            answer.result = Error{ErrorKind::Device, "", e.what(), {}};
        }
        emit finished(answer);
    }
}

} // namespace reslens::session
