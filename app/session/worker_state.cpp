#include "session/worker_state.h"

#include "image/preprocess.h"

#include <algorithm>

namespace reslens::session {

namespace {

tl::unexpected<Error> cancelled()
{
    return fail(ErrorKind::Cancelled, "", "a newer request replaced this one");
}

Result<std::unique_ptr<Subject>> traced(nn::Executor &executor, const QImage &picture,
                                        const std::vector<nn::BlockScale> &scales, const std::stop_token &stop)
{
    const nn::Model &model = executor.model();
    Tensor input = TRY(image::preprocess(picture, model.preprocess, model.network.architecture.inputChannels));
    if (stop.stop_requested())
        return cancelled();
    auto trace = TRY(executor.trace(input, {.scales = scales, .stop = stop}));
    return std::make_unique<Subject>(executor, std::move(input), scales, std::move(trace));
}

} // namespace

Result<WorkerState::Open> WorkerState::open(const ModelRequest &request, const std::stop_token &stop)
{
    zoo::ModelSettings settings = request.settings    ? *request.settings
                                  : m_services.recall ? m_services.recall(request.nameOrPath)
                                                      : zoo::ModelSettings();
    auto model = TRY(m_services.openModel(request.nameOrPath, settings));
    if (stop.stop_requested())
        return cancelled();
    auto executor = TRY(m_services.makeExecutor(model, request.device));
    return Open{request.nameOrPath, std::move(model), std::move(executor), std::move(settings)};
}

Result<ModelOpened> WorkerState::openModel(const ModelRequest &request, const std::stop_token &stop)
{
    Open opened = TRY(open(request, stop));
    if (request.isToRemember && m_services.remember)
        m_services.remember(request.nameOrPath, opened.settings);
    if (request.isToRemember || request.device != m_device)
        m_guests.clear(); // they have the settings and the device of before
    m_device = request.device;
    m_subject.reset(); // before the executor that it uses
    m_current = std::move(opened);
    return ModelOpened{m_current.model, m_current.executor->device(), m_current.settings};
}

std::vector<DeviceChoice> WorkerState::devices() const
{
    return m_services.devices ? m_services.devices() : std::vector<DeviceChoice>();
}

Result<double> WorkerState::timeOn(const std::string &device, const std::stop_token &stop) const
{
    constexpr int kPasses = 3;
    if (!m_current.model)
        return fail(ErrorKind::NotFound, "", "no model is open");
    const auto executor = TRY(m_services.makeExecutor(m_current.model, device));
    const Tensor input(m_current.model->inputShape());
    double fastest = TRY(executor->forward(input, {.stop = stop})).wallMs;
    for (int pass = 0; pass < kPasses; ++pass)
        fastest = std::min(fastest, TRY(executor->forward(input, {.stop = stop})).wallMs);
    return fastest;
}

Result<std::vector<study::FitCandidate>> WorkerState::searchFit(const std::vector<QImage> &pictures,
                                                                const analysis::Job &job) const
{
    if (!m_current.model)
        return fail(ErrorKind::NotFound, "", "no model is open");
    const nn::Model &model = *m_current.model;
    study::FitServices services;
    services.openVariant = [this](const nn::Variant &change) -> Result<std::shared_ptr<const nn::Model>> {
        if (change == nn::Variant())
            return m_current.model;
        zoo::ModelSettings settings = m_current.settings;
        settings.options.variant = nn::merged(settings.options.variant, change);
        return m_services.openModel(m_current.nameOrPath, settings);
    };
    services.makeExecutor = [this](std::shared_ptr<const nn::Model> opened) {
        return m_services.makeExecutor(std::move(opened), m_device);
    };
    services.pictures = int(pictures.size());
    services.prepare = [&](int index, const nn::Preprocess &how) {
        return image::preprocess(pictures[std::size_t(index)], how, model.network.architecture.inputChannels);
    };
    return study::searchFit(model, services, job);
}

Result<Traced> WorkerState::run(const QImage &picture, const std::vector<nn::BlockScale> &scales,
                                const std::stop_token &stop)
{
    if (!m_current.executor)
        return fail(ErrorKind::NotFound, "", "no model is open");
    m_subject.reset(); // first, to free what the executor recorded for it
    m_subject = TRY(traced(*m_current.executor, picture, scales, stop));
    m_mayTune = true;
    return Traced{++m_traces, m_current.model, scales, m_subject->trace().forward(), m_subject->trace().shapes()};
}

Result<Subject *> WorkerState::subject(std::uint64_t trace)
{
    if (!m_subject || m_traces != trace)
        return cancelled(); // the picture or the model has changed since
    m_mayTune = true;       // the question may be the first to run gradient kernels, which have variants too
    return m_subject.get();
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

Result<nn::Executor *> WorkerState::guestExecutor(const std::string &nameOrPath, const std::stop_token &stop)
{
    const auto found = std::ranges::find(m_guests, nameOrPath, &Open::nameOrPath);
    if (found != m_guests.end()) {
        std::rotate(found, found + 1, m_guests.end());
        return m_guests.back().executor.get();
    }
    Open opened = TRY(open({.nameOrPath = nameOrPath, .device = m_device}, stop));
    if (m_guests.size() == kMaxGuests)
        m_guests.pop_front();
    m_guests.push_back(std::move(opened));
    return m_guests.back().executor.get();
}

Result<std::unique_ptr<Subject>> WorkerState::guest(const std::string &nameOrPath, const QImage &picture,
                                                    const std::stop_token &stop)
{
    nn::Executor *executor = TRY(guestExecutor(nameOrPath, stop));
    return traced(*executor, picture, {}, stop);
}

} // namespace reslens::session
