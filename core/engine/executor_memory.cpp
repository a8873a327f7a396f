// What VulkanExecutor gives up, and in which order, where memory does not suffice.
#include "engine/executor.h"

#include <algorithm>

namespace reslens::engine {

const std::array<VulkanExecutor::WayToRoom, 4> VulkanExecutor::kWaysToRoom{
    &VulkanExecutor::dropUnused, &VulkanExecutor::shrinkGradients, &VulkanExecutor::shrinkTraces,
    &VulkanExecutor::spareWeights, // results may differ by rounding from what was computed before
};

bool isOutOfMemory(const vk::SystemError &error)
{
    const auto code = static_cast<vk::Result>(error.code().value());
    return code == vk::Result::eErrorOutOfDeviceMemory || code == vk::Result::eErrorOutOfHostMemory;
}

/// What is only kept for later.
bool VulkanExecutor::dropUnused()
{
    bool isAnyDropped = false;
    for (Recorded &one : m_recorded)
        if (one.backward.use_count() == 1) {
            one.backward.reset();
            isAnyDropped = true;
        }
    return std::erase_if(m_recorded, [](const Recorded &one) { return one.isFree(); }) > 0 || isAnyDropped;
}

/// Of what is only kept for later that which was made small: there may be room for it whole.
void VulkanExecutor::dropSmall()
{
    for (Recorded &one : m_recorded)
        if (one.backward.use_count() == 1 && one.backward->program().keep == Keep::BetweenBlocks)
            one.backward.reset();
    std::erase_if(m_recorded, [](const Recorded &one) { return one.isFree() && one.isSmall(); });
}

/// Than when something did not fit the last time.
bool VulkanExecutor::hasMoreRoom() const
{
    return !m_bytesWhenShort || memoryBytes() < *m_bytesWhenShort;
}

bool VulkanExecutor::shrinkGradients()
{
    bool isAnySmaller = false;
    for (const auto &one : m_gradientPasses)
        if (const std::shared_ptr<GradientPass> pass = one.lock())
            isAnySmaller = pass->letGo() || isAnySmaller;
    return isAnySmaller;
}

bool VulkanExecutor::shrinkTraces()
{
    bool isAnySmaller = false;
    for (const Recorded &one : m_recorded)
        isAnySmaller = one.pass->letGo() || isAnySmaller;
    return isAnySmaller;
}

/// What is recorded from now on, all that is there included, has no weights of its own beside the model's.
bool VulkanExecutor::spareWeights()
{
    if (!m_kernels.spareMemory())
        return false;
    dropUnused();
    shrinkGradients();
    shrinkTraces();
    return true;
}

std::size_t VulkanExecutor::memoryBytes() const
{
    return m_kernels.context().memory().usedBytes();
}

std::vector<std::string> VulkanExecutor::economies() const
{
    std::vector<std::string> found;
    const auto tellIf = [&found](bool isSo, const char *words) {
        if (isSo)
            found.emplace_back(words);
    };
    const auto isSmallGradient = [](const std::weak_ptr<GradientPass> &one) {
        const std::shared_ptr<GradientPass> pass = one.lock();
        return pass && pass->program().keep == Keep::BetweenBlocks;
    };
    tellIf(std::ranges::any_of(m_recorded, &Recorded::isSmall),
           "activations inside blocks are computed again when they are looked at");
    tellIf(std::ranges::any_of(m_gradientPasses, isSmallGradient),
           "gradients inside blocks are computed again when they are looked at");
    tellIf(m_tooLarge > 0, "a batch of pictures runs in parts");
    tellIf(m_kernels.sparesMemory(), "Winograd's kernels, which have weights of their own, are not used");
    return found;
}

} // namespace reslens::engine
