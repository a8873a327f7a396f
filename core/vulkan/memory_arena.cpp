#include "vulkan/memory_arena.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace reslens::vulkan {

using Property = vk::MemoryPropertyFlagBits;

/// One vkAllocateMemory. `free` maps the offset of each gap to its size; gaps never touch.
struct MemoryArena::Block {
    std::uint32_t type;
    vk::DeviceSize sizeBytes;
    vk::raii::DeviceMemory memory;
    std::byte *mapped;
    std::map<vk::DeviceSize, vk::DeviceSize> free;
};

namespace {

using Budget = vk::PhysicalDeviceMemoryBudgetPropertiesEXT;

Budget budgetOf(const vk::raii::PhysicalDevice &physical)
{
    const auto chain = physical.getMemoryProperties2<vk::PhysicalDeviceMemoryProperties2, Budget>();
    return chain.get<Budget>();
}

vk::DeviceSize aligned(vk::DeviceSize offset, vk::DeviceSize alignment)
{
    return (offset + alignment - 1) / alignment * alignment;
}

/// Cuts `sizeBytes` at `alignment` out of the first gap in `free` that is large enough; returns the offset.
std::optional<vk::DeviceSize> takeGap(std::map<vk::DeviceSize, vk::DeviceSize> &free, vk::DeviceSize sizeBytes,
                                      vk::DeviceSize alignment)
{
    for (auto gap = free.begin(); gap != free.end(); ++gap) {
        const auto [begin, size] = *gap;
        const vk::DeviceSize offset = aligned(begin, alignment), end = begin + size;
        if (offset + sizeBytes > end)
            continue;
        free.erase(gap);
        if (offset > begin)
            free.emplace(begin, offset - begin);
        if (offset + sizeBytes < end)
            free.emplace(offset + sizeBytes, end - offset - sizeBytes);
        return offset;
    }
    return std::nullopt;
}

} // namespace

bool hasMemoryBudget(const vk::raii::PhysicalDevice &physical)
{
    const auto extensions = physical.enumerateDeviceExtensionProperties();
    return physical.getProperties().apiVersion >= VK_API_VERSION_1_1 &&
           std::any_of(extensions.begin(), extensions.end(), [](const vk::ExtensionProperties &extension) {
               return std::string_view(extension.extensionName) == VK_EXT_MEMORY_BUDGET_EXTENSION_NAME;
           });
}

vk::DeviceSize budgetLeft(const vk::raii::PhysicalDevice &physical, std::uint32_t heap)
{
    const Budget budget = budgetOf(physical);
    return budget.heapBudget[heap] > budget.heapUsage[heap] ? budget.heapBudget[heap] - budget.heapUsage[heap] : 0;
}

DeviceMemory deviceMemory(const vk::raii::PhysicalDevice &physical)
{
    const vk::PhysicalDeviceMemoryProperties properties = physical.getMemoryProperties();
    DeviceMemory memory;
    std::uint32_t largest = 0;
    for (std::uint32_t h = 0; h < properties.memoryHeapCount; ++h) {
        const vk::MemoryHeap &heap = properties.memoryHeaps[h];
        if ((heap.flags & vk::MemoryHeapFlagBits::eDeviceLocal) && heap.size > memory.heapBytes) {
            memory.heapBytes = heap.size;
            largest = h;
        }
    }
    if (hasMemoryBudget(physical)) {
        const Budget budget = budgetOf(physical);
        memory.budgetBytes = budget.heapBudget[largest];
        memory.usedBytes = budget.heapUsage[largest];
    }
    return memory;
}

Allocation::~Allocation()
{
    if (m_arena)
        m_arena->release(*this);
}

void Allocation::swap(Allocation &other) noexcept
{
    std::swap(m_arena, other.m_arena);
    std::swap(m_block, other.m_block);
    std::swap(m_memory, other.m_memory);
    std::swap(m_offset, other.m_offset);
    std::swap(m_sizeBytes, other.m_sizeBytes);
    std::swap(m_mapped, other.m_mapped);
}

MemoryArena::MemoryArena(const vk::raii::PhysicalDevice &physical, const vk::raii::Device &device,
                         const MemoryOptions &options)
    : m_physical(physical), m_device(device), m_options(options), m_hasBudget(hasMemoryBudget(physical)),
      m_properties(physical.getMemoryProperties())
{
}

MemoryArena::~MemoryArena() = default;

std::uint32_t MemoryArena::memoryType(std::uint32_t allowed, MemoryUse use) const
{
    // The wishes stand in order of preference. The first memory type with all of a wish's properties wins.
    using Flags = vk::MemoryPropertyFlags;
    const Flags host = Property::eHostVisible | Property::eHostCoherent;
    std::vector<Flags> wishes;
    if (use == MemoryUse::Device)
        wishes = {Property::eDeviceLocal, {}};
    else if (use == MemoryUse::Upload)
        wishes = {host};
    else
        wishes = {host | Property::eHostCached, host};
    for (const Flags wish : wishes)
        for (std::uint32_t type = 0; type < m_properties.memoryTypeCount; ++type)
            if ((allowed >> type & 1u) && (m_properties.memoryTypes[type].propertyFlags & wish) == wish)
                return type;
    throw vk::FeatureNotPresentError("no memory type for this use");
}

Allocation MemoryArena::allocate(const vk::MemoryRequirements &requirements, MemoryUse use)
{
    const std::uint32_t type = memoryType(requirements.memoryTypeBits, use);
    const bool isHidden = m_options.hidesDeviceMemory && use == MemoryUse::Device;
    const std::lock_guard lock(m_mutex);
    Allocation result;
    const auto take = [&](Block &block) {
        const auto offset = takeGap(block.free, requirements.size, requirements.alignment);
        if (!offset)
            return false;
        result.m_arena = this;
        result.m_block = &block;
        result.m_memory = *block.memory;
        result.m_offset = *offset;
        result.m_sizeBytes = requirements.size;
        result.m_mapped = block.mapped && !isHidden ? block.mapped + *offset : nullptr;
        m_usedBytes += requirements.size;
        m_peakBytes = std::max(m_peakBytes, m_usedBytes);
        return true;
    };
    for (Block &block : m_blocks)
        if (block.type == type && take(block))
            return result;
    vk::DeviceSize sizeBytes = requirements.size;
    vk::raii::DeviceMemory memory = newMemory(type, sizeBytes);
    constexpr auto kVisible = Property::eHostVisible | Property::eHostCoherent;
    auto *mapped = (m_properties.memoryTypes[type].propertyFlags & kVisible) == kVisible
                       ? static_cast<std::byte *>(memory.mapMemory(0, VK_WHOLE_SIZE))
                       : nullptr;
    m_blocks.push_back({type, sizeBytes, std::move(memory), mapped, {{0, sizeBytes}}});
    take(m_blocks.back());
    return result;
}

/// The number of bytes that may still be taken from a heap.
vk::DeviceSize MemoryArena::room(std::uint32_t heap) const
{
    constexpr vk::DeviceSize kNoLimit = ~vk::DeviceSize(0);
    const vk::DeviceSize limit = m_options.limitBytes, reserved = reservedBytesLocked();
    const vk::DeviceSize room = limit == 0 ? kNoLimit : limit > reserved ? limit - reserved : 0;
    return m_hasBudget ? std::min(room, budgetLeft(m_physical, heap)) : room;
}

/// Takes a block to share from the driver or, if that is too much, only `sizeBytes`. Sets `sizeBytes` to the size
/// taken.
vk::raii::DeviceMemory MemoryArena::newMemory(std::uint32_t type, vk::DeviceSize &sizeBytes) const
{
    const vk::DeviceSize least = sizeBytes, left = room(m_properties.memoryTypes[type].heapIndex);
    if (least > left)
        throw vk::OutOfDeviceMemoryError("the memory budget is used up");
    sizeBytes = std::min(std::max(kBlockBytes, least), left);
    try {
        return {m_device, vk::MemoryAllocateInfo(sizeBytes, type)};
    } catch (const vk::OutOfDeviceMemoryError &) {
        if (sizeBytes == least)
            throw;
    }
    sizeBytes = least;
    return {m_device, vk::MemoryAllocateInfo(sizeBytes, type)};
}

void MemoryArena::release(const Allocation &allocation)
{
    const std::lock_guard lock(m_mutex);
    auto &block = *static_cast<Block *>(allocation.m_block);
    m_usedBytes -= allocation.m_sizeBytes;
    auto [gap, isNew] = block.free.emplace(allocation.m_offset, allocation.m_sizeBytes);
    if (const auto next = std::next(gap); next != block.free.end() && gap->first + gap->second == next->first) {
        gap->second += next->second;
        block.free.erase(next);
    }
    if (gap != block.free.begin())
        if (const auto previous = std::prev(gap); previous->first + previous->second == gap->first) {
            previous->second += gap->second;
            block.free.erase(gap);
        }
    const bool isEmpty = block.free.size() == 1 && block.free.begin()->second == block.sizeBytes;
    if (isEmpty)
        m_blocks.remove_if([&](const Block &candidate) { return &candidate == &block; });
}

std::size_t MemoryArena::usedBytes() const
{
    const std::lock_guard lock(m_mutex);
    return m_usedBytes;
}

std::size_t MemoryArena::peakBytes() const
{
    const std::lock_guard lock(m_mutex);
    return m_peakBytes;
}

std::size_t MemoryArena::reservedBytes() const
{
    const std::lock_guard lock(m_mutex);
    return reservedBytesLocked();
}

std::size_t MemoryArena::reservedBytesLocked() const
{
    std::size_t total = 0;
    for (const Block &block : m_blocks)
        total += block.sizeBytes;
    return total;
}

} // namespace reslens::vulkan
