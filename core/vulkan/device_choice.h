// Chooses the Vulkan device and its queues, and says why. Pure functions over facts, so tests need no device.
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

/// The memory of a device's own heap.
struct DeviceMemory {
    std::uint64_t heapBytes = 0;
    std::optional<std::uint64_t> budgetBytes; // what this process may use of it now; empty if the driver does not say
    std::optional<std::uint64_t> usedBytes;   // what this process uses of it now; empty likewise
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
    std::string identity;               // names the device and its driver in names of cache files
    std::uint32_t shuffledSubgroup = 0; // size of a subgroup, if compute shaders can shuffle in it; else 0
};

struct DeviceVerdict {
    int index = 0; // in the order Vulkan lists them
    bool isUsable = false;
    std::string reason; // why the device is refused, or why it is good
};

enum class Needs {
    Networks, // needs buffers for the tensors of ResNet-50
    Kernels,  // small tensors are enough, for tests of single kernels
};

/// Judges every device; the verdicts have the same order.
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
    std::uint32_t transfer; // family of the queue that uploads: a separate copy engine if there is one, else `compute`

    bool hasTransferQueue() const { return transfer != compute; }
};

/// Empty if no family supports compute.
std::optional<QueueChoice> chooseQueues(const std::vector<vk::QueueFamilyProperties> &families);

} // namespace reslens::vulkan
