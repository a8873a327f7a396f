#include "vulkan/memory_budget.h"

#include <algorithm>
#include <string_view>

namespace reslens::vulkan {

namespace {

using Budget = vk::PhysicalDeviceMemoryBudgetPropertiesEXT;

Budget budgetOf(const vk::raii::PhysicalDevice &physical)
{
    const auto chain = physical.getMemoryProperties2<vk::PhysicalDeviceMemoryProperties2, Budget>();
    return chain.get<Budget>();
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

} // namespace reslens::vulkan
