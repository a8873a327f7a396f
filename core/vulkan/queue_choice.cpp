#include "vulkan/queue_choice.h"

#include <algorithm>

namespace reslens::vulkan {

std::optional<QueueChoice> chooseQueues(const std::vector<vk::QueueFamilyProperties> &families)
{
    using Can = vk::QueueFlagBits;
    const auto firstWith = [&](vk::QueueFlags wanted, vk::QueueFlags unwanted) -> std::optional<std::uint32_t> {
        const auto found = std::find_if(families.begin(), families.end(), [&](const vk::QueueFamilyProperties &family) {
            return family.queueCount > 0 && (family.queueFlags & wanted) == wanted && !(family.queueFlags & unwanted);
        });
        if (found == families.end())
            return std::nullopt;
        return std::uint32_t(found - families.begin());
    };
    const auto compute = firstWith(Can::eCompute, {});
    if (!compute)
        return std::nullopt;
    // A family that can do nothing but copy stands for hardware that copies beside the kernels.
    const auto copyEngine = firstWith(Can::eTransfer, Can::eGraphics | Can::eCompute | Can::eVideoDecodeKHR);
    return QueueChoice{*compute, copyEngine.value_or(*compute)};
}

} // namespace reslens::vulkan
