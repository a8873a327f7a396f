// nn::Executor on a Vulkan device: records passes once per input shape and mode, then replays them.
#pragma once

#include "engine/passes.h"

#include <array>
#include <optional>
#include <vector>

namespace reslens::engine {

bool isOutOfMemory(const vk::SystemError &error);

/// Runs `work` and returns its result. When memory runs out, all holders of the device's memory free something,
/// cheapest first, in the first `ways` ways, and `work` runs again. Throws what `work` throws.
template <typename Work>
auto withRoom(KernelStore &kernels, std::size_t ways, Work work) -> decltype(work())
{
    for (std::size_t way = 0;; ++way) {
        try {
            return work();
        } catch (const vk::SystemError &error) {
            if (!isOutOfMemory(error))
                throw;
            while (way < ways && !kernels.makeRoom(way))
                ++way;
            if (way >= ways)
                throw;
        }
    }
}

class VulkanExecutor final : public nn::Executor, private MemoryHolder {
public:
    /// The number of ways to free memory; the first kFreeWays cost nobody anything.
    static constexpr std::size_t kWaysToRoom = 4, kFreeWays = 1;

    /// `keepAlive` owns `kernels`. Throws vk::SystemError, Error.
    VulkanExecutor(KernelStore &kernels, std::shared_ptr<void> keepAlive, const nn::DeviceInfo &device,
                   std::shared_ptr<const nn::Model> model, WeightFormat format = WeightFormat::Float32);
    ~VulkanExecutor() override;

    const nn::Model &model() const override { return *m_model; }
    const nn::DeviceInfo &device() const override { return m_device; }
    std::size_t memoryBytes() const override;
    std::vector<std::string> economies() const override;

    KernelStore &kernels() { return m_kernels; }
    /// Replays (or records) the backward pass over `forward`, a trace of this executor. `seed` is the gradient of J at
    /// layer `layerOfJ`. Throws as run().
    std::shared_ptr<GradientPass> backward(const std::shared_ptr<Pass> &forward, int layerOfJ, const Tensor &seed,
                                           const nn::RunOptions &options);
    /// Returns the gradients by path length at the stem's output: image k is G_k. The pass is recorded again every
    /// time, because its buffers are too large to keep. Throws as run().
    Tensor gradientsByPathLength(Pass &forward, const Tensor &seed, const nn::RunOptions &options);

    template <typename Work>
    auto withRoom(Work work) -> decltype(work())
    {
        return engine::withRoom(m_kernels, kWaysToRoom, std::move(work));
    }

private:
    Result<nn::Forward> doForward(const Tensor &input, const nn::RunOptions &options) override;
    Result<std::unique_ptr<nn::Trace>> doTrace(const Tensor &input, const nn::RunOptions &options) override;
    Result<Resumed> doResume(nn::Trace &trace, int block, const nn::RunOptions &options) override;
    Result<int> doTune(const Shape &input, const std::stop_token &stop) override;

    bool giveUp(std::size_t way) override;
    /// Runs `work`; empty if it does not fit next to the traces and gradients that somebody holds.
    template <typename Work>
    auto ifItFits(Work work) -> std::optional<decltype(work())>
    {
        try {
            return engine::withRoom(m_kernels, kFreeWays, std::move(work));
        } catch (const vk::SystemError &error) {
            if (!isOutOfMemory(error))
                throw;
        }
        m_bytesWhenShort = memoryBytes();
        return std::nullopt;
    }
    bool hasMoreRoom() const;
    bool dropUnused();
    bool shrinkGradients();
    bool shrinkTraces();
    bool spareWeights();
    void dropSmall();

    const DeviceWeights &transposed();
    /// A recorded pass that nobody reads from, or null.
    std::shared_ptr<Pass> recorded(Shape input, Keep keep);
    std::shared_ptr<Pass> pass(Shape input, Keep keep);
    std::shared_ptr<Pass> tracePass(Shape input);
    std::shared_ptr<GradientPass> gradientPass(Pass &forward, int layerOfJ);
    nn::Forward run(const Tensor &input, const nn::RunOptions &options);

    std::shared_ptr<void> m_keepAlive;
    KernelStore &m_kernels;
    nn::DeviceInfo m_device;
    std::shared_ptr<const nn::Model> m_model;
    const WeightFormat m_format;
    DeviceWeights m_weights;
    std::optional<DeviceWeights> m_transposed; // made at the first backward pass
    struct Recorded {
        /// True if no trace or gradients read from the pass.
        bool isFree() const { return pass.use_count() == 1; }
        bool isSmall() const { return pass->program().keep == Keep::BetweenBlocks; }

        Shape shape;
        int choices; // KernelStore's version of the choices when the pass was recorded
        std::shared_ptr<Pass> pass;
        std::shared_ptr<GradientPass> backward; // the backward pass over `pass`; null until somebody asks for it
    };
    std::vector<Recorded> m_recorded; // the last used one is last
    std::vector<std::weak_ptr<GradientPass>> m_gradientPasses;
    bool m_sparesWeights = false;
    std::size_t m_tooLarge = 0; // elements of the smallest input that did not fit; 0: every input fitted
    std::optional<std::size_t> m_bytesWhenShort; // memory in use at the last failed allocation
};

/// Translates a vk::SystemError for a person.
Error explain(const vk::SystemError &error);

/// Returns the result of `work`; an exception becomes an error.
template <typename Work>
auto explained(Work work) -> Result<decltype(work())>
{
    try {
        return work();
    } catch (const vk::SystemError &error) {
        return tl::unexpected(explain(error));
    } catch (const Error &error) {
        return tl::unexpected(error);
    }
}

} // namespace reslens::engine
