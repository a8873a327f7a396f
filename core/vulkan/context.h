// A Vulkan device opened for compute: instance, device, one queue, memory, the pipeline cache, validation messages.
#pragma once

#include "error/error.h"
#include "vulkan/device_choice.h"
#include "vulkan/memory_arena.h"
#include "vulkan/pipeline_cache.h"

#include <vulkan/vulkan_raii.hpp>

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>

namespace reslens::vulkan {

struct ContextOptions {
    std::string device; // as for choose()
    Needs needs = Needs::Networks;
    bool validates = false;             // load the Khronos validation layer with synchronization validation
    bool validatesShaderAccess = false; // GPU-assisted validation instead of synchronization validation (slow)
    std::function<void(const std::string &)> onMessage; // every warning and error of the layer; from any thread
    std::filesystem::path cacheFolder;                  // of the pipeline cache; empty: none is kept
};

class Context {
public:
    /// Errors: Device (no Vulkan, no usable device, the layer is missing), NotFound (no such device).
    static Result<std::shared_ptr<const Context>> open(const ContextOptions &options);

    Context(const Context &) = delete;
    Context &operator=(const Context &) = delete;

    const vk::raii::Device &device() const { return m_device; }
    const vk::raii::Queue &queue() const { return m_queue; }
    std::uint32_t queueFamily() const { return m_queueFamily; }
    const DeviceFacts &facts() const { return m_facts; }
    const std::string &reason() const { return m_reason; }
    const vk::PhysicalDeviceLimits &limits() const { return m_limits; }
    bool hasTimestamps() const { return m_hasTimestamps; }
    MemoryArena &memory() const { return *m_memory; }
    const PipelineCache &pipelineCache() const { return *m_pipelineCache; }

    /// How many warnings and errors the validation layer has reported to this context.
    int messageCount() const { return m_messages->count; }

private:
    struct Messages { // at a fixed address, for the layer's callback
        std::function<void(const std::string &)> handler;
        std::atomic<int> count = 0;
    };

    explicit Context(const ContextOptions &options); // throws vk::SystemError, Error

    static VKAPI_ATTR VkBool32 VKAPI_CALL receive(VkDebugUtilsMessageSeverityFlagBitsEXT severity,
                                                  VkDebugUtilsMessageTypeFlagsEXT type,
                                                  const VkDebugUtilsMessengerCallbackDataEXT *data, void *messages);

    std::unique_ptr<Messages> m_messages;
    vk::raii::Context m_loader;
    vk::raii::Instance m_instance{nullptr};
    vk::raii::DebugUtilsMessengerEXT m_messenger{nullptr};
    vk::raii::PhysicalDevice m_physical{nullptr};
    DeviceFacts m_facts;
    std::string m_reason;
    vk::PhysicalDeviceLimits m_limits;
    std::uint32_t m_queueFamily = 0;
    bool m_hasTimestamps = false;
    vk::raii::Device m_device{nullptr};
    vk::raii::Queue m_queue{nullptr};
    std::unique_ptr<PipelineCache> m_pipelineCache;
    std::unique_ptr<MemoryArena> m_memory;
};

/// The devices of this machine, in Vulkan's order; empty if there is no Vulkan at all.
std::vector<DeviceFacts> listDevices();

} // namespace reslens::vulkan
