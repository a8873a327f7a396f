#include "session/worker_state.h"

#include "image/preprocess.h"

#include <algorithm>

namespace reslens::session {

namespace {

Error cancelled()
{
    return {ErrorKind::Cancelled, "", "a newer request replaced this one", {}};
}

Result<std::unique_ptr<Subject>> traced(nn::Executor &executor, const RunTrace &job, const std::stop_token &stop)
{
    Tensor input = TRY(image::preprocess(job.picture, executor.model().preprocess));
    if (stop.stop_requested())
        return tl::unexpected(cancelled());
    nn::RunOptions options;
    options.scales = job.scales;
    options.stop = stop;
    auto trace = executor.trace(input, options);
    if (!trace)
        return tl::unexpected(trace.error());
    return std::make_unique<Subject>(executor, std::move(input), job.scales, std::move(*trace));
}

WorkerState::Outcome answered(const Question &question, Subject &subject, const JobContext &context)
{
    auto value = question(subject, context.job());
    if (!value)
        return value.error();
    return Answered{std::move(*value)};
}

} // namespace

Result<WorkerState::Open> WorkerState::open(const std::string &nameOrPath, const std::stop_token &stop)
{
    auto model = m_services.openModel(nameOrPath);
    if (!model)
        return tl::unexpected(model.error());
    if (stop.stop_requested())
        return tl::unexpected(cancelled());
    auto executor = m_services.makeExecutor(*model);
    if (!executor)
        return tl::unexpected(executor.error());
    return Open{nameOrPath, std::move(*model), std::move(*executor)};
}

WorkerState::Outcome WorkerState::perform(const OpenModel &job, const JobContext &context)
{
    auto opened = open(job.nameOrPath, context.stop);
    if (!opened)
        return opened.error();
    m_subject.reset(); // before the executor that it belongs to
    m_current = std::move(*opened);
    return ModelOpened{m_current.model, m_current.executor->device()};
}

WorkerState::Outcome WorkerState::perform(const RunTrace &job, const JobContext &context)
{
    if (!m_current.executor)
        return Error{ErrorKind::NotFound, "", "no model is open", {}};
    m_subject.reset(); // first, so that what the executor recorded for it is free again
    auto subject = traced(*m_current.executor, job, context.stop);
    if (!subject)
        return subject.error();
    m_subject = std::move(*subject);
    m_mayTune = true;
    m_trace = context.id;
    return Traced{m_current.model, job.scales, m_subject->trace().forward(), m_subject->trace().shapes()};
}

MemoryUse WorkerState::memory() const
{
    if (!m_current.executor)
        return {};
    MemoryUse use{m_current.executor->memoryBytes(), m_current.executor->economies()};
    for (const Open &guest : m_guests)
        for (std::string &economy : guest.executor->economies())
            if (std::ranges::find(use.economies, economy) == use.economies.end())
                use.economies.push_back(std::move(economy));
    return use;
}

void WorkerState::doIdleWork(const std::stop_token &stop)
{
    if (!m_subject) {
        m_mayTune = false;
        return;
    }
    const auto left = m_current.executor->tune(m_subject->input().shape, stop);
    m_mayTune = left ? *left > 0 : left.error().kind == ErrorKind::Cancelled;
}

WorkerState::Outcome WorkerState::perform(const ReadLayer &job, const JobContext &)
{
    if (!m_subject || m_trace != job.trace)
        return cancelled(); // the picture or the model has changed since it was asked
    auto tensor = m_subject->trace().read(job.layer);
    if (!tensor)
        return tensor.error();
    return LayerRead{job.trace, job.layer, std::make_shared<const Tensor>(std::move(*tensor))};
}

WorkerState::Outcome WorkerState::perform(const AskSubject &job, const JobContext &context)
{
    if (!m_subject || m_trace != job.trace)
        return cancelled();
    m_mayTune = true; // the question may have been the first that needs gradients, whose kernels have variants too
    return answered(job.question, *m_subject, context);
}

Result<nn::Executor *> WorkerState::guest(const std::string &nameOrPath, const std::stop_token &stop)
{
    const auto found = std::ranges::find(m_guests, nameOrPath, &Open::nameOrPath);
    if (found != m_guests.end()) {
        std::rotate(found, found + 1, m_guests.end());
        return m_guests.back().executor.get();
    }
    auto opened = open(nameOrPath, stop);
    if (!opened)
        return tl::unexpected(opened.error());
    if (m_guests.size() == kMaxGuests)
        m_guests.pop_front();
    m_guests.push_back(std::move(*opened));
    return m_guests.back().executor.get();
}

WorkerState::Outcome WorkerState::perform(const AskGuest &job, const JobContext &context)
{
    const auto executor = guest(job.nameOrPath, context.stop);
    if (!executor)
        return executor.error();
    auto subject = traced(**executor, {job.picture, {}}, context.stop);
    if (!subject)
        return subject.error();
    return answered(job.question, **subject, context);
}

WorkerState::Outcome WorkerState::perform(const ForgetGuests &, const JobContext &)
{
    m_guests.clear();
    return Forgotten{};
}

} // namespace reslens::session
