// Device memory from few large blocks: vkAllocateMemory is slow and its count is limited, so buffers share blocks.
// Any thread may allocate and give back.
// How much there may be of it is what the driver says (VK_EXT_memory_budget).
#pragma once

#include "vulkan/device_choice.h"

#include <vulkan/vulkan_raii.hpp>

#include <cstddef>
#include <list>
#include <map>
#include <mutex>
#include <optional>

namespace reslens::vulkan {

/// Whether the driver says it.
bool hasMemoryBudget(const vk::raii::PhysicalDevice &physical);

/// So many bytes may still be taken from a heap. Only where hasMemoryBudget().
vk::DeviceSize budgetLeft(const vk::raii::PhysicalDevice &physical, std::uint32_t heap);

/// The memory of the largest heap that is the device's own.
DeviceMemory deviceMemory(const vk::raii::PhysicalDevice &physical);

enum class MemoryUse {
    Device,   // read and written by kernels
    Upload,   // written by the CPU, copied from
    Readback, // copied to, read by the CPU
};

struct MemoryOptions {
    bool hidesDeviceMemory = false; // Device memory is not mapped even where it could be
    vk::DeviceSize limitBytes = 0;  // of all blocks together; 0: none
};

class MemoryArena;

/// A piece of a block; gives itself back when it dies. The arena outlives it.
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
    /// The bytes as the CPU sees them; null where the memory is not host-visible.
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

    /// Throws vk::OutOfDeviceMemoryError and the like, also where the device has more but the budget is used up: beyond
    /// it, drivers move memory about or fail later.
    Allocation allocate(const vk::MemoryRequirements &requirements, MemoryUse use);

    std::size_t usedBytes() const;     // by living allocations
    std::size_t peakBytes() const;     // the largest usedBytes so far
    std::size_t reservedBytes() const; // from the driver

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
