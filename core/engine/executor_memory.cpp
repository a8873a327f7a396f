// The ways in which VulkanExecutor frees memory, in order, when memory runs out.
#include "engine/executor.h"

#include <algorithm>

namespace reslens::engine {

bool VulkanExecutor::giveUp(std::size_t way)
{
    using Way = bool (VulkanExecutor::*)();
    static constexpr std::array<Way, kWaysToRoom> kWays{
        &VulkanExecutor::dropUnused, &VulkanExecutor::shrinkGradients, &VulkanExecutor::shrinkTraces,
        &VulkanExecutor::spareWeights, // later results may differ from earlier ones by rounding
    };
    return (this->*kWays[way])();
}

bool isOutOfMemory(const vk::SystemError &error)
{
    const auto code = static_cast<vk::Result>(error.code().value());
    return code == vk::Result::eErrorOutOfDeviceMemory || code == vk::Result::eErrorOutOfHostMemory;
}

/// Drops everything that is only kept for later.
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

/// Drops kept passes in their small form, so that the next run can try the full one.
void VulkanExecutor::dropSmall()
{
    for (Recorded &one : m_recorded)
        if (one.backward.use_count() == 1 && one.backward->program().keep == Keep::BetweenBlocks)
            one.backward.reset();
    std::erase_if(m_recorded, [](const Recorded &one) { return one.isFree() && one.isSmall(); });
}

/// True if less memory is in use than at the last failed allocation.
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

/// From now on no pass has weights of its own next to the model's. Existing passes are recorded again.
bool VulkanExecutor::spareWeights()
{
    if (std::exchange(m_sparesWeights, true))
        return false;
    m_kernels.spareMemory();
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
