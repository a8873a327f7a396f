#include "engine/device.h"

#include "engine/executor.h"
#include "vulkan/context.h"

namespace reslens::engine {

namespace {

nn::DeviceInfo infoOf(const vulkan::DeviceFacts &facts, std::string reason)
{
    return {facts.name, vulkan::name(facts.kind), facts.driver, std::move(reason), true};
}

} // namespace

struct Device::Inside {
    std::shared_ptr<const vulkan::Context> context;
    KernelStore kernels;
    nn::DeviceInfo info;
    WeightFormat weights;
};

std::vector<DeviceReport> listDevices()
{
    const std::vector<vulkan::DeviceFacts> facts = vulkan::listDevices();
    const Result<vulkan::DeviceChoice> choice = vulkan::choose(facts, "");
    std::vector<DeviceReport> reports;
    for (const vulkan::DeviceVerdict &verdict : vulkan::judge(facts)) {
        const bool isDefault = choice && choice->index == verdict.index;
        reports.push_back({infoOf(facts[verdict.index], isDefault ? choice->reason : verdict.reason), verdict.index,
                           verdict.isUsable, isDefault, facts[verdict.index].memory.heapBytes,
                           facts[verdict.index].memory.budgetBytes});
    }
    return reports;
}

Device::Device(std::unique_ptr<Inside> inside) : m_inside(std::move(inside)) {}
Device::~Device() = default;

Result<std::shared_ptr<Device>> Device::open(const DeviceOptions &options)
{
    const auto context = vulkan::Context::open({.device = options.device,
                                                .validates = options.validates,
                                                .validatesShaderAccess = options.validatesShaderAccess,
                                                .onMessage = options.onMessage,
                                                .cacheFolder = options.cacheFolder});
    if (!context)
        return tl::unexpected(context.error());
    if (options.team && !isPossible(*options.team, (*context)->facts()))
        return fail(ErrorKind::Device, (*context)->facts().name, "its kernels cannot work in such teams");
    nn::DeviceInfo info = infoOf((*context)->facts(), (*context)->reason());
    if (options.weights == WeightFormat::Float16)
        info.name +=
            ", weights in fp16"; // in every mention of the device, because its results are not the checkpoint's
    auto inside = std::unique_ptr<Inside>(
        new Inside{*context, KernelStore(**context, {options.shaders, options.team, options.cacheFolder}),
                   std::move(info), options.weights});
    return std::shared_ptr<Device>(new Device(std::move(inside)));
}

const nn::DeviceInfo &Device::info() const
{
    return m_inside->info;
}
std::size_t Device::usedBytes() const
{
    return m_inside->context->memory().usedBytes();
}
std::size_t Device::peakBytes() const
{
    return m_inside->context->memory().peakBytes();
}
int Device::messageCount() const
{
    return m_inside->context->messageCount();
}

Result<std::unique_ptr<nn::Executor>> Device::makeExecutor(std::shared_ptr<Device> device,
                                                           std::shared_ptr<const nn::Model> model)
{
    KernelStore &kernels = device->m_inside->kernels;
    const nn::DeviceInfo info = device->info();
    const WeightFormat format = device->m_inside->weights;
    try {
        return withRoom(kernels, VulkanExecutor::kWaysToRoom, [&]() -> std::unique_ptr<nn::Executor> {
            return std::make_unique<VulkanExecutor>(kernels, device, info, model, format);
        });
    } catch (const vk::SystemError &error) {
        return tl::unexpected(explain(error));
    } catch (const Error &error) {
        return tl::unexpected(error);
    }
}

} // namespace reslens::engine
