// Which of a device's queue families does what: a pure decision, testable without a device.
#pragma once

#include <vulkan/vulkan.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace reslens::vulkan {

struct QueueChoice {
    std::uint32_t compute;  // family of the queue that runs kernels
    std::uint32_t transfer; // of the queue that uploads: a copy engine of its own where there is one, else `compute`

    bool hasTransferQueue() const { return transfer != compute; }
};

/// Nothing where no family computes.
std::optional<QueueChoice> chooseQueues(const std::vector<vk::QueueFamilyProperties> &families);

} // namespace reslens::vulkan
