// Device memory from few large blocks: vkAllocateMemory is slow and its count is limited, so buffers share blocks. Any
// thread may allocate and free. The driver says how much memory there may be (VK_EXT_memory_budget).
#pragma once

#include "vulkan/device_choice.h"

#include <vulkan/vulkan_raii.hpp>

#include <cstddef>
#include <list>
#include <map>
#include <mutex>
#include <optional>

namespace reslens::vulkan {

/// True if the driver reports a memory budget.
bool hasMemoryBudget(const vk::raii::PhysicalDevice &physical);

/// The number of bytes that may still be taken from a heap. Call it only if hasMemoryBudget().
vk::DeviceSize budgetLeft(const vk::raii::PhysicalDevice &physical, std::uint32_t heap);

/// The memory of the largest heap that is the device's own.
DeviceMemory deviceMemory(const vk::raii::PhysicalDevice &physical);

enum class MemoryUse {
    Device,   // read and written by kernels
    Upload,   // written by the CPU, copied from
    Readback, // copied to, read by the CPU
};

struct MemoryOptions {
    bool hidesDeviceMemory = false; // Device memory is not mapped even if it could be
    vk::DeviceSize limitBytes = 0;  // for all blocks together; 0: no limit
};

class MemoryArena;

/// A piece of a block. Its destructor gives it back; the arena must outlive it.
class Allocation {
public:
    Allocation() = default;
    Allocation(Allocation &&other) noexcept { swap(other); }
    Allocation &operator=(Allocation &&other) noexcept
    {
        swap(other);
        return *this;
    }
    ~Allocation();

    vk::DeviceMemory memory() const { return m_memory; }
    vk::DeviceSize offset() const { return m_offset; }
    vk::DeviceSize sizeBytes() const { return m_sizeBytes; }
    /// The bytes as the CPU sees them; null if the memory is not host-visible.
    std::byte *mapped() const { return m_mapped; }

private:
    friend class MemoryArena;
    void swap(Allocation &other) noexcept;

    MemoryArena *m_arena = nullptr;
    void *m_block = nullptr;
    vk::DeviceMemory m_memory;
    vk::DeviceSize m_offset = 0, m_sizeBytes = 0;
    std::byte *m_mapped = nullptr;
};

class MemoryArena {
public:
    static constexpr vk::DeviceSize kBlockBytes = 64ull << 20;

    MemoryArena(const vk::raii::PhysicalDevice &physical, const vk::raii::Device &device, const MemoryOptions &options);
    ~MemoryArena();
    MemoryArena(const MemoryArena &) = delete;
    MemoryArena &operator=(const MemoryArena &) = delete;

    /// Throws vk::OutOfDeviceMemoryError and similar errors, even if the device has more memory but the budget is used
    /// up: beyond the budget, drivers move memory around or fail later.
    Allocation allocate(const vk::MemoryRequirements &requirements, MemoryUse use);

    std::size_t usedBytes() const;     // bytes in live allocations
    std::size_t peakBytes() const;     // the peak of usedBytes()
    std::size_t reservedBytes() const; // bytes taken from the driver

private:
    friend class Allocation;
    struct Block;

    std::uint32_t memoryType(std::uint32_t allowed, MemoryUse use) const;
    vk::DeviceSize room(std::uint32_t heap) const;
    vk::raii::DeviceMemory newMemory(std::uint32_t type, vk::DeviceSize &sizeBytes) const;
    std::size_t reservedBytesLocked() const;
    void release(const Allocation &allocation);

    const vk::raii::PhysicalDevice &m_physical;
    const vk::raii::Device &m_device;
    const MemoryOptions m_options;
    const bool m_hasBudget;
    vk::PhysicalDeviceMemoryProperties m_properties;
    mutable std::mutex m_mutex;
    std::list<Block> m_blocks;
    std::size_t m_usedBytes = 0, m_peakBytes = 0;
};

} // namespace reslens::vulkan
