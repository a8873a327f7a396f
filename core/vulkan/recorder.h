// Records a command buffer once and replays it: copies, dispatches, timestamps. Commands are collected first and
// written when all are known; only then must their kernels be compiled. Every command that writes memory ends with a
// barrier, because Debian 12's synchronization validation does not see write-after-write between dispatches.
#pragma once

#include "vulkan/buffer.h"
#include "vulkan/kernel.h"

#include <vulkan/vulkan_raii.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace reslens::vulkan {

class Context;

/// The ticks between two timestamps, of which only the lowest `validBits` count (VkQueueFamilyProperties). A counter of
/// few bits may have wrapped around once.
std::uint64_t elapsedTicks(std::uint64_t before, std::uint64_t after, std::uint32_t validBits);

class Recorder {
public:
    /// Begins recording. At most `timedCount` dispatches can be timed.
    Recorder(const Context &context, std::uint32_t timedCount);

    void copy(const Buffer &from, const Buffer &to, vk::DeviceSize sizeBytes, vk::DeviceSize toOffset = 0);
    void fillZero(const Buffer &buffer, vk::DeviceSize sizeBytes);

    /// Adds a dispatch of `kernel` with this many `invocations` over these buffers, in the order of its bindings.
    template <typename Push>
    void dispatch(const Kernel &kernel, std::span<const Buffer *const> buffers, const Push &push,
                  std::uint32_t invocations)
    {
        dispatchBytes(kernel, buffers, std::as_bytes(std::span(&push, 1)), invocations);
    }

    /// Keeps an object alive as long as the commands.
    void keepAlive(std::shared_ptr<const void> what) { m_keptAlive.push_back(std::move(what)); }

    /// The number of dispatches so far.
    std::size_t dispatchCount() const { return m_dispatchCount; }

    /// Waits until the kernels are compiled and ends the recording. Nothing can be added afterwards. Throws
    /// vk::SystemError.
    void finish();

    /// Runs the recorded commands and waits. Throws vk::SystemError; ResultTimeout after kTimeout.
    void submit();

    /// The milliseconds of every dispatch in the last submit, in order; empty if the queue has no timestamps.
    std::vector<double> dispatchMs() const;

    static constexpr std::chrono::seconds kTimeout{30};

private:
    void dispatchBytes(const Kernel &kernel, std::span<const Buffer *const> buffers, std::span<const std::byte> push,
                       std::uint32_t invocations);
    vk::DescriptorSet descriptorSet(const Kernel &kernel, std::span<const Buffer *const> buffers);
    void barrier();
    void writeTimestamp();

    const Context &m_context;
    vk::raii::CommandPool m_pool;
    vk::raii::CommandBuffer m_commands;
    vk::raii::Fence m_fence;
    std::vector<std::shared_ptr<const void>> m_keptAlive;
    std::vector<std::function<void(Recorder &)>> m_collected; // each writes a command
    std::vector<vk::raii::DescriptorPool> m_descriptorPools;  // each holds a few sets
    std::vector<vk::raii::DescriptorSet> m_sets;
    std::uint32_t m_setsLeft = 0;
    vk::raii::QueryPool m_queries{nullptr};
    std::size_t m_dispatchCount = 0;
    std::uint32_t m_queryCapacity = 0, m_queryCount = 0;
};

} // namespace reslens::vulkan
