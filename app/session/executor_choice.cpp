#include "session/executor_choice.h"

#include "engine/device.h"
#include "reference/executor.h"
#include "session/cache_folder.h"

namespace reslens::session {

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
    const Result<std::filesystem::path> cache = cacheFolder(m_request.onNote);
    if (!cache)
        return tl::unexpected(cache.error());
    engine::DeviceOptions options;
    options.device = m_request.device;
    options.validates = m_request.validates;
    options.onMessage = m_request.onNote;
    options.cacheFolder = *cache;
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
    if (const auto opened = openDevice(); !opened)
        return tl::unexpected(opened.error());
    if (m_device)
        return engine::Device::makeExecutor(m_device, std::move(model));
    return reference::makeExecutor(std::move(model), m_whyReference);
}

Result<std::unique_ptr<nn::Executor>> chooseExecutor(std::shared_ptr<const nn::Model> model,
                                                     const DeviceRequest &request)
{
    return ExecutorFactory(request)(std::move(model));
}

} // namespace reslens::session
