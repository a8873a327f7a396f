// A Vulkan device opened for compute: instance, device, queues, memory, the pipeline cache, validation messages.
#pragma once

#include "error/error.h"
#include "jobs/task_queue.h"
#include "vulkan/device_choice.h"
#include "vulkan/memory_arena.h"
#include "vulkan/pipeline_cache.h"

#include <vulkan/vulkan_raii.hpp>

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>

namespace reslens::vulkan {

struct ContextOptions {
    std::string device; // as for choose()
    Needs needs = Needs::Networks;
    bool validates = false;             // load the Khronos validation layer with synchronization validation
    bool validatesShaderAccess = false; // GPU-assisted validation instead of synchronization validation (slow)
    bool guardsBuffers = false;         // reports what a kernel writes after a buffer or before a tensor
    std::function<void(const std::string &)> onMessage; // every warning and error of the layer; from any thread
    std::filesystem::path cacheFolder;                  // for the pipeline cache; empty: no cache file
    MemoryOptions memory = {};                          // for tests: less memory than the device has
};

enum class Work { Compute, Transfer };

class Context {
public:
    /// Errors: Device (no Vulkan, no usable device, the layer is missing), NotFound (no such device).
    static Result<std::shared_ptr<const Context>> open(const ContextOptions &options);

    Context(const Context &) = delete;
    Context &operator=(const Context &) = delete;

    const vk::raii::Device &device() const { return m_device; }
    const QueueChoice &queues() const { return m_queues; }
    /// Submits commands; any thread may call it. Throws vk::SystemError.
    void submit(Work work, vk::CommandBuffer commands, vk::Fence done) const;
    /// Waits until nothing runs on the device. Other threads cannot submit meanwhile. Throws vk::SystemError.
    void waitIdle() const;
    const DeviceFacts &facts() const { return m_facts; }
    const std::string &reason() const { return m_reason; }
    const vk::PhysicalDeviceLimits &limits() const { return m_limits; }
    /// The number of valid bits in the compute queue's timestamps; 0 if it has none.
    std::uint32_t timestampBits() const { return m_timestampBits; }
    MemoryArena &memory() const { return *m_memory; }
    const PipelineCache &pipelineCache() const { return *m_pipelineCache; }
    /// The threads that make pipelines and pack weights.
    jobs::TaskQueue &compilers() const { return m_compilers; }

    /// The number of warnings and errors from the validation layer and from guarded buffers.
    int messageCount() const { return m_messages->count; }
    void report(const std::string &message) const { m_messages->receive(message); }
    bool guardsBuffers() const { return m_guardsBuffers; }

private:
    struct Messages { // at a fixed address, for the layer's callback
        std::function<void(const std::string &)> handler;
        std::atomic<int> count = 0;

        void receive(const std::string &message)
        {
            ++count;
            if (handler)
                handler(message);
        }
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
    QueueChoice m_queues{};
    std::uint32_t m_timestampBits = 0;
    bool m_guardsBuffers = false;
    vk::raii::Device m_device{nullptr};
    mutable std::mutex m_queueMutex; // only one thread may use a queue at a time
    vk::raii::Queue m_compute{nullptr}, m_transfer{nullptr};
    std::unique_ptr<PipelineCache> m_pipelineCache;
    std::unique_ptr<MemoryArena> m_memory;
    mutable jobs::TaskQueue m_compilers; // last: the threads end before the members that they use
};

/// The devices of this machine, in Vulkan's order; empty if there is no Vulkan at all.
std::vector<DeviceFacts> listDevices();

} // namespace reslens::vulkan
