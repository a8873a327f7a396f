// Which Vulkan device to use, and why, and which of its queues do what: pure functions over facts, so that they are
// tested without any device.
#pragma once

#include "error/error.h"

#include <vulkan/vulkan.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace reslens::vulkan {

enum class DeviceKind { Other, Integrated, Discrete, Virtual, Cpu }; // in VkPhysicalDeviceType's order

std::string name(DeviceKind kind);

/// The memory of the heap that is a device's own.
struct DeviceMemory {
    std::uint64_t heapBytes = 0;
    std::optional<std::uint64_t> budgetBytes; // what this process may take of it now, and
    std::optional<std::uint64_t> usedBytes;   // takes; nothing where the driver does not say
};

/// The choice looks at these facts, which are read from a physical device.
struct DeviceFacts {
    std::string name;
    std::string driver;
    DeviceKind kind = DeviceKind::Other;
    std::uint32_t apiVersion = 0;     // VK_MAKE_API_VERSION
    std::uint32_t maxInvocations = 0; // maxComputeWorkGroupInvocations
    std::uint32_t maxTexelBufferElements = 0;
    std::uint32_t maxPushConstantsBytes = 0;
    std::uint64_t maxStorageBufferRange = 0;
    bool hasComputeQueue = false;
    DeviceMemory memory;
    std::string identity;               // of the device and its driver, for names of cache files
    std::uint32_t shuffledSubgroup = 0; // invocations of a subgroup, if compute shaders can shuffle in it; else 0
};

struct DeviceVerdict {
    int index = 0; // in the order Vulkan lists them
    bool isUsable = false;
    std::string reason; // why not, or what speaks for it
};

enum class Needs {
    Networks, // buffers that hold the tensors of ResNet-50
    Kernels,  // small tensors do: for tests of single kernels
};

/// A verdict on every device, in their order.
std::vector<DeviceVerdict> judge(std::span<const DeviceFacts> devices, Needs needs = Needs::Networks);

struct DeviceChoice {
    int index;
    std::string reason;
};

/// `request` is empty (the best: discrete, integrated, virtual, other, CPU), an index, or part of a name.
/// Errors: NotFound (no such device), Device (none usable; says why each was refused).
Result<DeviceChoice> choose(std::span<const DeviceFacts> devices, const std::string &request,
                            Needs needs = Needs::Networks);

struct QueueChoice {
    std::uint32_t compute;  // family of the queue that runs kernels
    std::uint32_t transfer; // of the queue that uploads: a copy engine of its own where there is one, else `compute`

    bool hasTransferQueue() const { return transfer != compute; }
};

/// Nothing where no family computes.
std::optional<QueueChoice> chooseQueues(const std::vector<vk::QueueFamilyProperties> &families);

} // namespace reslens::vulkan
