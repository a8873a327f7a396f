// What VulkanExecutor gives up, and in which order, where memory does not suffice.
#include "engine/executor.h"

#include <algorithm>

namespace reslens::engine {

const std::vector<VulkanExecutor::Measure> VulkanExecutor::kMeasures{
    &VulkanExecutor::dropUnused,
    &VulkanExecutor::shrinkGradients,
    &VulkanExecutor::shrinkTraces,
    &VulkanExecutor::spareWeights, // last: results may differ by rounding from what was computed before
};
const std::vector<VulkanExecutor::Measure> VulkanExecutor::kFree{&VulkanExecutor::dropUnused};

bool isOutOfMemory(const vk::SystemError &error)
{
    const auto code = static_cast<vk::Result>(error.code().value());
    return code == vk::Result::eErrorOutOfDeviceMemory || code == vk::Result::eErrorOutOfHostMemory;
}

/// What is only kept for later.
bool VulkanExecutor::dropUnused()
{
    bool isAnyDropped = false;
    for (Recorded &recorded : m_recorded)
        if (recorded.backward && recorded.backward.use_count() == 1) {
            recorded.backward.reset();
            isAnyDropped = true;
        }
    const auto dropped =
        std::erase_if(m_recorded, [](const Recorded &recorded) { return recorded.pass.use_count() == 1; });
    return isAnyDropped || dropped > 0;
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
    for (const Recorded &recorded : m_recorded)
        isAnySmaller = recorded.pass->letGo() || isAnySmaller;
    return isAnySmaller;
}

/// What is recorded from now on has no weights of its own beside the model's.
bool VulkanExecutor::spareWeights()
{
    return m_kernels.spareMemory();
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
    const auto isSmallTrace = [](const Recorded &one) { return one.pass->plan().mode == Mode::Checkpoints; };
    const auto isSmallGradient = [](const std::weak_ptr<GradientPass> &one) {
        const std::shared_ptr<GradientPass> pass = one.lock();
        return pass && pass->plan().keep == Keep::BetweenBlocks;
    };
    tellIf(std::ranges::any_of(m_recorded, isSmallTrace),
           "activations inside blocks are computed again when they are looked at");
    tellIf(std::ranges::any_of(m_gradientPasses, isSmallGradient),
           "gradients inside blocks are computed again when they are looked at");
    tellIf(m_halvedBatch, "a batch of pictures runs in parts");
    tellIf(m_kernels.sparesMemory(), "Winograd's kernels, which have weights of their own, are not used");
    return found;
}

} // namespace reslens::engine
