#include "engine/executor.h"

#include "engine/trace.h"
#include "engine/tuner.h"

#include <algorithm>

namespace reslens::engine {

namespace {

// Passes kept for replay; each holds the activations of its shape.
constexpr std::size_t kRecordedLimit = 4;

Result<void> checkInput(const nn::Model &model, const Tensor &input, const nn::RunOptions &options)
{
    const Shape shape = input.shape;
    if (shape.c != 3 || shape.n < 1 || shape.h < 1 || shape.w < 1 || input.values.size() != shape.count())
        return fail(ErrorKind::Mismatch, "input", "its shape is " + shape.text() + ", (N, 3, H, W) is expected");
    return checkScales(model.network, options);
}

} // namespace

Error explain(const vk::SystemError &error)
{
    const auto code = static_cast<vk::Result>(error.code().value());
    if (code == vk::Result::eErrorOutOfDeviceMemory || code == vk::Result::eErrorOutOfHostMemory)
        return {ErrorKind::Device, "Vulkan", "the device is out of memory: try a smaller batch or another device", {}};
    if (code == vk::Result::eErrorDeviceLost)
        return {ErrorKind::Device, "Vulkan", "the device was lost: restart, or choose another device", {}};
    return {ErrorKind::Device, "Vulkan", error.what(), {}};
}

VulkanExecutor::VulkanExecutor(KernelStore &kernels, std::shared_ptr<void> keepAlive, const nn::DeviceInfo &device,
                               std::shared_ptr<const nn::Model> model)
    : m_keepAlive(std::move(keepAlive)), m_kernels(kernels), m_device(device), m_model(std::move(model)),
      m_weights(kernels.context(), *m_model, Direction::Forward)
{
}

std::shared_ptr<Pass> VulkanExecutor::pass(Shape input, Mode mode)
{
    // A pass that a living trace reads from is not free.
    const auto isFree = [](const Recorded &recorded) { return recorded.pass.use_count() == 1; };
    const int choices = m_kernels.choices().version();
    std::erase_if(m_recorded,
                  [&](const Recorded &recorded) { return isFree(recorded) && recorded.choices != choices; });
    const auto found = std::find_if(m_recorded.begin(), m_recorded.end(), [&](const Recorded &recorded) {
        return isFree(recorded) && recorded.shape == input && recorded.mode == mode;
    });
    if (found != m_recorded.end()) {
        std::rotate(found, found + 1, m_recorded.end());
        return m_recorded.back().pass;
    }
    if (m_recorded.size() >= kRecordedLimit)
        m_recorded.erase(m_recorded.begin());
    m_recorded.push_back(
        {input, mode, choices, std::make_shared<Pass>(m_kernels, *m_model, m_weights, input, mode), nullptr});
    return m_recorded.back().pass;
}

Result<nn::Forward> VulkanExecutor::forward(const Tensor &input, const nn::RunOptions &options)
{
    if (const auto isGood = checkInput(*m_model, input, options); !isGood)
        return tl::unexpected(isGood.error());
    try {
        return pass(input.shape, Mode::Fast)->run(input, options);
    } catch (const vk::SystemError &error) {
        return tl::unexpected(explain(error));
    } catch (const Error &error) {
        return tl::unexpected(error);
    }
}

Result<std::unique_ptr<nn::Trace>> VulkanExecutor::trace(const Tensor &input, const nn::RunOptions &options)
{
    if (const auto isGood = checkInput(*m_model, input, options); !isGood)
        return tl::unexpected(isGood.error());
    try {
        const std::shared_ptr<Pass> traced = pass(input.shape, Mode::Trace);
        nn::Forward forward = traced->run(input, options);
        return std::make_unique<VulkanTrace>(traced, *this, std::move(forward));
    } catch (const vk::SystemError &error) {
        return tl::unexpected(explain(error));
    } catch (const Error &error) {
        return tl::unexpected(error);
    }
}

Result<nn::Forward> VulkanExecutor::resume(nn::Trace &trace, int block, const nn::RunOptions &options)
{
    auto *own = dynamic_cast<VulkanTrace *>(&trace);
    if (!own || block < 0 || block >= int(m_model->network.blocks.size()))
        return Executor::resume(trace, block, options);
    if (const auto isGood = checkScales(m_model->network, options); !isGood)
        return tl::unexpected(isGood.error());
    try {
        return own->resume(block, options);
    } catch (const vk::SystemError &error) {
        return tl::unexpected(explain(error));
    } catch (const Error &error) {
        return tl::unexpected(error);
    }
}

Result<int> VulkanExecutor::tune(const Shape &input, std::stop_token stop)
{
    try {
        Tuner tuner(m_kernels, m_model->network, m_weights, input);
        if (tuner.remaining() > 0) {
            tuner.measureNext(stop);
            m_kernels.choices().save();
        }
        return tuner.remaining();
    } catch (const vk::SystemError &error) {
        return tl::unexpected(explain(error));
    } catch (const Error &error) {
        return tl::unexpected(error);
    }
}

const DeviceWeights &VulkanExecutor::transposed()
{
    if (!m_transposed)
        m_transposed.emplace(m_kernels.context(), *m_model, Direction::Backward);
    return *m_transposed;
}

std::shared_ptr<const GradientPass> VulkanExecutor::backward(const std::shared_ptr<const Pass> &forward,
                                                             const Tensor &seed, const nn::RunOptions &options)
{
    const auto recorded = std::find_if(m_recorded.begin(), m_recorded.end(),
                                       [&](const Recorded &candidate) { return candidate.pass == forward; });
    std::shared_ptr<GradientPass> pass;
    if (recorded != m_recorded.end() && recorded->backward.use_count() == 1) // nobody looks at its gradients any more
        pass = recorded->backward;
    else
        pass = std::make_shared<GradientPass>(m_kernels, *m_model, transposed(), *forward,
                                              makeGradientPlan(m_model->network, forward->plan().shapes));
    if (recorded != m_recorded.end())
        recorded->backward = pass;
    transposed().waitForAll();
    pass->run(seed, options.scales.empty() ? forward->scales() : options.scales, options.stop);
    return pass;
}

Tensor VulkanExecutor::gradientsByPathLength(const Pass &forward, const Tensor &seed, const nn::RunOptions &options)
{
    GradientPass pass(m_kernels, *m_model, transposed(), forward,
                      makePathPlan(m_model->network, forward.plan().shapes));
    transposed().waitForAll();
    pass.run(seed, options.scales.empty() ? forward.scales() : options.scales, options.stop);
    return pass.read(pass.plan().ofLayer[m_model->network.stem]);
}

std::size_t VulkanExecutor::memoryBytes() const
{
    return m_kernels.context().memory().usedBytes();
}

} // namespace reslens::engine
