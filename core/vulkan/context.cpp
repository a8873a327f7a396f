#include "vulkan/context.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace reslens::vulkan {

namespace {

constexpr const char *kValidationLayer = "VK_LAYER_KHRONOS_validation";

DeviceFacts factsOf(const vk::raii::PhysicalDevice &physical)
{
    const vk::PhysicalDeviceProperties properties = physical.getProperties();
    DeviceFacts facts;
    facts.name = properties.deviceName.data();
    facts.kind = static_cast<DeviceKind>(properties.deviceType);
    facts.apiVersion = properties.apiVersion;
    facts.maxInvocations = properties.limits.maxComputeWorkGroupInvocations;
    facts.maxTexelBufferElements = properties.limits.maxTexelBufferElements;
    facts.maxPushConstantsBytes = properties.limits.maxPushConstantsSize;
    facts.maxStorageBufferRange = properties.limits.maxStorageBufferRange;
    facts.hasComputeQueue = chooseQueues(physical.getQueueFamilyProperties()).has_value();
    facts.memory = deviceMemory(physical);
    if (properties.apiVersion >= VK_API_VERSION_1_2) {
        const auto chain = physical.getProperties2<vk::PhysicalDeviceProperties2, vk::PhysicalDeviceDriverProperties,
                                                   vk::PhysicalDeviceSubgroupProperties>();
        const auto &subgroup = chain.get<vk::PhysicalDeviceSubgroupProperties>();
        if (subgroup.supportedStages & vk::ShaderStageFlagBits::eCompute &&
            subgroup.supportedOperations & vk::SubgroupFeatureFlagBits::eShuffle)
            facts.shuffledSubgroup = subgroup.subgroupSize;
        const auto &driver = chain.get<vk::PhysicalDeviceDriverProperties>();
        facts.driver = std::string(driver.driverName.data()) + " " + driver.driverInfo.data();
    }
    facts.identity = identityOf(properties, facts.driver);
    return facts;
}

vk::raii::Instance makeInstance(const vk::raii::Context &loader, const ContextOptions &options)
{
    const vk::ApplicationInfo application("ResLens", 1, "ResLens", 1, VK_API_VERSION_1_2);
    vk::InstanceCreateInfo info({}, &application);
    std::vector<const char *> layers, extensions;
    std::vector<vk::ValidationFeatureEnableEXT> features;
    if (options.validates) {
        const auto available = loader.enumerateInstanceLayerProperties();
        if (std::none_of(available.begin(), available.end(),
                         [](const auto &layer) { return !std::strcmp(layer.layerName, kValidationLayer); }))
            throw Error{ErrorKind::Device, kValidationLayer, "the validation layer is not installed", {}};
        layers.push_back(kValidationLayer);
        extensions = {VK_EXT_DEBUG_UTILS_EXTENSION_NAME, VK_EXT_VALIDATION_FEATURES_EXTENSION_NAME};
        if (options.validatesShaderAccess)
            features = {vk::ValidationFeatureEnableEXT::eGpuAssisted,
                        vk::ValidationFeatureEnableEXT::eGpuAssistedReserveBindingSlot};
        else
            features = {vk::ValidationFeatureEnableEXT::eSynchronizationValidation};
    }
    const vk::ValidationFeaturesEXT validation(features);
    info.setPEnabledLayerNames(layers).setPEnabledExtensionNames(extensions);
    if (options.validates)
        info.pNext = &validation;
    return vk::raii::Instance(loader, info);
}

vk::raii::Device makeDevice(const vk::raii::PhysicalDevice &physical, const QueueChoice &choice)
{
    const float priority = 1.0f;
    std::vector<vk::DeviceQueueCreateInfo> queues{{{}, choice.compute, 1, &priority}};
    if (choice.hasTransferQueue())
        queues.push_back({{}, choice.transfer, 1, &priority});
    vk::PhysicalDeviceFeatures features;
    features.robustBufferAccess = physical.getFeatures().robustBufferAccess; // a wrong index never leaves its buffer
    return vk::raii::Device(physical, vk::DeviceCreateInfo({}, queues, {}, {}, &features));
}

std::vector<DeviceFacts> factsOfAll(const std::vector<vk::raii::PhysicalDevice> &all)
{
    std::vector<DeviceFacts> facts;
    facts.reserve(all.size());
    for (const vk::raii::PhysicalDevice &physical : all)
        facts.push_back(factsOf(physical));
    return facts;
}

} // namespace

VKAPI_ATTR VkBool32 VKAPI_CALL Context::receive(VkDebugUtilsMessageSeverityFlagBitsEXT, VkDebugUtilsMessageTypeFlagsEXT,
                                                const VkDebugUtilsMessengerCallbackDataEXT *data, void *messages)
{
    static_cast<Messages *>(messages)->receive(data->pMessage);
    return VK_FALSE;
}

Context::Context(const ContextOptions &options)
    : m_messages(std::make_unique<Messages>()), m_instance(makeInstance(m_loader, options))
{
    m_messages->handler = options.onMessage;
    m_guardsBuffers = options.guardsBuffers;
    if (options.validates) {
        using Severity = vk::DebugUtilsMessageSeverityFlagBitsEXT;
        using Type = vk::DebugUtilsMessageTypeFlagBitsEXT;
        m_messenger = m_instance.createDebugUtilsMessengerEXT(vk::DebugUtilsMessengerCreateInfoEXT(
            {}, Severity::eWarning | Severity::eError, Type::eValidation | Type::ePerformance | Type::eGeneral,
            &receive, m_messages.get()));
    }
    std::vector<vk::raii::PhysicalDevice> all = m_instance.enumeratePhysicalDevices();
    const std::vector<DeviceFacts> facts = factsOfAll(all);
    const Result<DeviceChoice> choice = choose(facts, options.device, options.needs);
    if (!choice)
        throw choice.error();
    m_facts = facts[choice->index];
    m_reason = choice->reason;
    m_physical = std::move(all[choice->index]);
    m_limits = m_physical.getProperties().limits;
    const auto families = m_physical.getQueueFamilyProperties();
    m_queues = *chooseQueues(families);
    m_timestampBits = families[m_queues.compute].timestampValidBits;
    m_device = makeDevice(m_physical, m_queues);
    m_compute = m_device.getQueue(m_queues.compute, 0);
    m_transfer = m_device.getQueue(m_queues.transfer, 0);
    m_pipelineCache =
        std::make_unique<PipelineCache>(m_device, m_physical.getProperties(), m_facts.identity, options.cacheFolder);
    m_memory = std::make_unique<MemoryArena>(m_physical, m_device, options.memory);
}

Result<std::shared_ptr<const Context>> Context::open(const ContextOptions &options)
{
    try {
        return std::shared_ptr<const Context>(new Context(options));
    } catch (const Error &error) {
        return tl::unexpected(error);
    } catch (const std::exception &error) { // vk::SystemError; std::runtime_error when there is no loader
        return fail(ErrorKind::Device, "Vulkan", error.what());
    }
}

void Context::submit(Work work, vk::CommandBuffer commands, vk::Fence done) const
{
    const std::lock_guard lock(m_queueMutex);
    (work == Work::Compute ? m_compute : m_transfer).submit(vk::SubmitInfo({}, {}, commands), done);
}

void Context::waitIdle() const
{
    const std::lock_guard lock(m_queueMutex);
    m_device.waitIdle();
}

std::vector<DeviceFacts> listDevices()
{
    try {
        const vk::raii::Context loader;
        const vk::raii::Instance instance = makeInstance(loader, {});
        return factsOfAll(instance.enumeratePhysicalDevices());
    } catch (const std::exception &) { // no loader, no driver: no devices
        return {};
    }
}

} // namespace reslens::vulkan
