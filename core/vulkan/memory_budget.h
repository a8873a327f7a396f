// How much of a device's memory this process may have, by VK_EXT_memory_budget.
#pragma once

#include "vulkan/device_choice.h"

#include <vulkan/vulkan_raii.hpp>

namespace reslens::vulkan {

/// Whether the driver says it.
bool hasMemoryBudget(const vk::raii::PhysicalDevice &physical);

/// What may still be taken from a heap. Only where hasMemoryBudget().
vk::DeviceSize budgetLeft(const vk::raii::PhysicalDevice &physical, std::uint32_t heap);

/// Of the largest heap that is the device's own.
DeviceMemory deviceMemory(const vk::raii::PhysicalDevice &physical);

} // namespace reslens::vulkan
