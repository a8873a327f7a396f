#include "session/executor_choice.h"

#include "engine/device.h"
#include "reference/executor.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>
#include <QTemporaryFile>

#include <filesystem>

namespace reslens::session {

namespace {

/// Writes a file to find out: permission bits do not tell (root, read-only mounts).
bool isWritable(const QString &folder)
{
    return QDir().mkpath(folder) && QTemporaryFile(folder + "/write-test-XXXXXX").open();
}

/// Returns RESLENS_CACHE or the system's cache folder for ResLens, and creates it if it is missing. A folder that
/// cannot be written is an error (Io) if RESLENS_CACHE names it, otherwise a note and an empty path.
Result<std::filesystem::path> cacheFolder(const std::function<void(const std::string &)> &onNote)
{
    const QString asked = qEnvironmentVariable("RESLENS_CACHE");
    const QString folder =
        asked.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) + "/reslens" : asked;
    if (isWritable(folder))
        return std::filesystem::path(QFile::encodeName(folder).toStdString());
    const std::string name = folder.toStdString(), problem = "the cache folder cannot be written";
    if (!asked.isEmpty())
        return fail(ErrorKind::Io, name, problem + " (it was set by RESLENS_CACHE)");
    if (onNote)
        onNote(name + ": " + problem + "; kernels are compiled again in every run");
    return std::filesystem::path();
}

} // namespace

Result<void> ExecutorFactory::openDevice()
{
    if (m_device || !m_whyReference.empty())
        return {};
    if (m_request.device == "cpu" && m_request.hasHalfWeights)
        return fail(ErrorKind::Unsupported, "cpu",
                    "the reference keeps weights as they are; fp16 needs a Vulkan device");
    if (m_request.device == "cpu") {
        m_whyReference = "asked for";
        return {};
    }
    engine::DeviceOptions options;
    options.device = m_request.device;
    options.validates = m_request.validates;
    options.onMessage = m_request.onNote;
    options.cacheFolder = TRY(cacheFolder(m_request.onNote));
    if (m_request.hasHalfWeights)
        options.weights = engine::WeightFormat::Float16;
    auto device = engine::Device::open(options);
    if (device)
        m_device = std::move(*device);
    else if (m_request.device.empty() && !m_request.hasHalfWeights)
        m_whyReference = "no Vulkan device can be used (" + device.error().message() + ")";
    else
        return tl::unexpected(device.error());
    return {};
}

Result<std::unique_ptr<nn::Executor>> ExecutorFactory::operator()(std::shared_ptr<const nn::Model> model)
{
    TRY(openDevice());
    if (m_device)
        return engine::Device::makeExecutor(m_device, std::move(model));
    return reference::makeExecutor(std::move(model), m_whyReference);
}

std::vector<DeviceChoice> deviceChoices()
{
    std::vector<DeviceChoice> choices;
    for (const engine::DeviceReport &device : engine::listDevices())
        choices.push_back(
            {std::to_string(device.index), device.info.name, device.info.reason, device.isUsable, device.isDefault});
    const bool hasDefault = std::ranges::any_of(choices, &DeviceChoice::isDefault);
    choices.push_back({"cpu", "CPU reference", "plain formulas, and oneDNN for convolutions", true, !hasDefault});
    return choices;
}

Result<std::unique_ptr<nn::Executor>> chooseExecutor(std::shared_ptr<const nn::Model> model,
                                                     const DeviceRequest &request)
{
    return ExecutorFactory(request)(std::move(model));
}

} // namespace reslens::session
