#include "engine/executor.h"

#include "engine/gradients.h"
#include "engine/reductions.h"

#include <algorithm>

namespace reslens::engine {

namespace {

// Passes kept for replay; each holds the activations of its shape.
constexpr std::size_t kRecordedLimit = 4;

Result<void> checkScales(const nn::Network &network, const nn::RunOptions &options)
{
    if (!options.scales.empty() && options.scales.size() != network.blocks.size())
        return fail(ErrorKind::Mismatch, "scales",
                    std::to_string(options.scales.size()) + " were given for " + std::to_string(network.blocks.size()) +
                        " blocks");
    return {};
}

class VulkanTrace final : public nn::DifferentiableTrace {
public:
    VulkanTrace(std::shared_ptr<const Pass> pass, VulkanExecutor &executor, nn::Forward forward)
        : m_pass(std::move(pass)), m_executor(executor), m_network(executor.model().network),
          m_forward(std::move(forward))
    {
    }

    const nn::Forward &forward() const override { return m_forward; }
    const std::vector<Shape> &shapes() const override { return m_pass->plan().shapes; }

    Result<Tensor> read(int layer) const override
    {
        return reduced(layer, [&] { return m_pass->read(layer); });
    }

    Result<nn::Moments> moments(int layer) const override
    {
        return reduced(layer, [&] { return engine::moments(m_executor.kernels(), *m_pass, layer); });
    }

    Result<Tensor> pixelNorms(int layer) const override
    {
        return reduced(layer, [&] { return engine::pixelNorms(m_executor.kernels(), *m_pass, layer); });
    }

    Result<nn::BlockSums> blockSums(const nn::Network &network, int block) const override
    {
        if (block < 0 || block >= int(network.blocks.size()))
            return fail(ErrorKind::NotFound, "block " + std::to_string(block), "there is no such block");
        const nn::Block &b = network.blocks[block];
        return reduced(b.y, [&] { return engine::blockSums(m_executor.kernels(), *m_pass, b); });
    }

    Result<std::unique_ptr<nn::Gradients>> backward(const nn::Objective &objective,
                                                    const nn::RunOptions &options) const override
    {
        auto evaluated = nn::evaluate(objective, m_forward.logits);
        if (!evaluated)
            return tl::unexpected(evaluated.error());
        if (const auto isGood = checkScales(m_network, options); !isGood)
            return tl::unexpected(isGood.error());
        try {
            return std::make_unique<VulkanGradients>(m_executor.backward(m_pass, evaluated->gradient, options), m_pass,
                                                     m_executor.model(), std::move(evaluated->images));
        } catch (const vk::SystemError &error) {
            return tl::unexpected(explain(error));
        } catch (const Error &error) {
            return tl::unexpected(error);
        }
    }

private:
    /// What `reduce` makes of layer `layer`'s output.
    template <typename Reduce>
    auto reduced(int layer, Reduce reduce) const -> Result<decltype(reduce())>
    {
        if (layer < 0 || layer >= int(m_network.layers.size()))
            return fail(ErrorKind::NotFound, "layer " + std::to_string(layer), "there is no such layer");
        if (m_pass->plan().slotOf[layer] < 0)
            return fail(ErrorKind::Unsupported, m_network.layers[layer].name,
                        "its output is folded into the next layer's and has no value of its own");
        try {
            return reduce();
        } catch (const vk::SystemError &error) {
            return tl::unexpected(explain(error));
        }
    }

    std::shared_ptr<const Pass> m_pass; // its own: no later run writes over it while this trace lives
    VulkanExecutor &m_executor;
    const nn::Network &m_network;
    nn::Forward m_forward;
};

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
    const auto found = std::find_if(m_recorded.begin(), m_recorded.end(), [&](const Recorded &recorded) {
        // A pass that a living trace reads from is not free.
        return recorded.shape == input && recorded.mode == mode && recorded.pass.use_count() == 1;
    });
    if (found != m_recorded.end()) {
        std::rotate(found, found + 1, m_recorded.end());
        return m_recorded.back().pass;
    }
    if (m_recorded.size() >= kRecordedLimit)
        m_recorded.erase(m_recorded.begin());
    m_recorded.push_back({input, mode, std::make_shared<Pass>(m_kernels, *m_model, m_weights, input, mode), nullptr});
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

std::shared_ptr<const GradientPass> VulkanExecutor::backward(const std::shared_ptr<const Pass> &forward,
                                                             const Tensor &seed, const nn::RunOptions &options)
{
    if (!m_transposed)
        m_transposed.emplace(m_kernels.context(), *m_model, Direction::Backward);
    const auto recorded = std::find_if(m_recorded.begin(), m_recorded.end(),
                                       [&](const Recorded &candidate) { return candidate.pass == forward; });
    std::shared_ptr<GradientPass> pass;
    if (recorded != m_recorded.end() && recorded->backward.use_count() == 1) // nobody looks at its gradients any more
        pass = recorded->backward;
    else
        pass = std::make_shared<GradientPass>(m_kernels, *m_model, *m_transposed, *forward);
    if (recorded != m_recorded.end())
        recorded->backward = pass;
    pass->run(seed, options.scales.empty() ? forward->scales() : options.scales, options.stop);
    return pass;
}

std::size_t VulkanExecutor::memoryBytes() const
{
    return m_kernels.context().memory().usedBytes();
}

} // namespace reslens::engine
