#include "engine/executor.h"

#include "engine/trace.h"
#include "engine/tuner.h"

#include <algorithm>

namespace reslens::engine {

namespace {

// The number of passes kept for replay; each holds the activations of its shape.
constexpr std::size_t kRecordedLimit = 4;

/// Images [begin, end) of `batch`.
Tensor images(const Tensor &batch, int begin, int end)
{
    Tensor part({end - begin, batch.shape.c, batch.shape.h, batch.shape.w});
    std::copy_n(batch.values.begin() + std::ptrdiff_t(batch.index(begin, 0, 0, 0)), part.values.size(),
                part.values.begin());
    return part;
}

/// The images of `b` after those of `a`.
nn::Forward joined(nn::Forward a, const nn::Forward &b)
{
    for (const auto &[to, from] : {std::pair{&a.logits, &b.logits}, std::pair{&a.probabilities, &b.probabilities}}) {
        to->shape.n += from->shape.n;
        to->values.insert(to->values.end(), from->values.begin(), from->values.end());
    }
    a.wallMs += b.wallMs;
    a.times.insert(a.times.end(), b.times.begin(), b.times.end());
    return a;
}

} // namespace

Error explain(const vk::SystemError &error)
{
    const auto code = static_cast<vk::Result>(error.code().value());
    if (isOutOfMemory(error))
        return {ErrorKind::Device, "Vulkan", "the device is out of memory: try a smaller batch or another device", {}};
    if (code == vk::Result::eErrorDeviceLost)
        return {ErrorKind::Device, "Vulkan", "the device was lost: restart, or choose another device", {}};
    return {ErrorKind::Device, "Vulkan", error.what(), {}};
}

VulkanExecutor::VulkanExecutor(KernelStore &kernels, std::shared_ptr<void> keepAlive, const nn::DeviceInfo &device,
                               std::shared_ptr<const nn::Model> model, WeightFormat format)
    : m_keepAlive(std::move(keepAlive)), m_kernels(kernels), m_device(device), m_model(std::move(model)),
      m_format(format), m_weights(kernels.context(), *m_model, Direction::Forward, format)
{
    m_kernels.holders().push_back(this);
}

VulkanExecutor::~VulkanExecutor()
{
    std::erase(m_kernels.holders(), static_cast<MemoryHolder *>(this));
}

std::shared_ptr<Pass> VulkanExecutor::recorded(Shape input, Keep keep)
{
    const int choices = m_kernels.choices().version();
    std::erase_if(m_recorded, [&](const Recorded &one) { return one.isFree() && one.choices != choices; });
    const auto found = std::ranges::find_if(m_recorded, [&](const Recorded &one) {
        return one.isFree() && one.shape == input && one.pass->program().keep == keep;
    });
    if (found == m_recorded.end())
        return nullptr;
    std::rotate(found, found + 1, m_recorded.end());
    return m_recorded.back().pass;
}

std::shared_ptr<Pass> VulkanExecutor::pass(Shape input, Keep keep)
{
    if (auto found = recorded(input, keep))
        return found;
    while (m_recorded.size() >= kRecordedLimit) { // passes that somebody holds stay: they can still make room
        const auto oldest = std::ranges::find_if(m_recorded, &Recorded::isFree);
        if (oldest == m_recorded.end())
            break;
        m_recorded.erase(oldest);
    }
    m_recorded.push_back({input, m_kernels.choices().version(),
                          std::make_shared<Pass>(m_kernels, *m_model, m_weights, input, keep), nullptr});
    return m_recorded.back().pass;
}

/// A pass that keeps all tensors of a trace or, if they do not fit, enough to compute them again.
std::shared_ptr<Pass> VulkanExecutor::tracePass(Shape input)
{
    auto kept = recorded(input, Keep::All);
    if (kept || hasMoreRoom())
        dropSmall();
    if (!kept)
        kept = recorded(input, Keep::BetweenBlocks);
    if (kept)
        return kept;
    if (auto whole = ifItFits([&] { return pass(input, Keep::All); }))
        return *whole;
    return withRoom([&] { return pass(input, Keep::BetweenBlocks); });
}

/// Runs a batch that does not fit in halves.
nn::Forward VulkanExecutor::run(const Tensor &input, const nn::RunOptions &options)
{
    const int n = input.shape.n;
    const auto whole = [&] { return pass(input.shape, Keep::Results)->run(input, options); };
    if (n == 1)
        return withRoom(whole);
    const std::size_t size = input.values.size();
    if (auto forward = ifItFits(whole)) {
        m_tooLarge = size < m_tooLarge ? m_tooLarge : 0;
        return std::move(*forward);
    }
    m_tooLarge = m_tooLarge == 0 ? size : std::min(m_tooLarge, size);
    nn::Forward first = run(images(input, 0, n / 2), options);
    return joined(std::move(first), run(images(input, n / 2, n), options));
}

Result<nn::Forward> VulkanExecutor::doForward(const Tensor &input, const nn::RunOptions &options)
{
    return explained([&] { return run(input, options); });
}

Result<std::unique_ptr<nn::Trace>> VulkanExecutor::doTrace(const Tensor &input, const nn::RunOptions &options)
{
    return explained([&]() -> std::unique_ptr<nn::Trace> {
        const std::shared_ptr<Pass> traced = tracePass(input.shape);
        nn::Forward forward = withRoom([&] { return traced->run(input, options); });
        return std::make_unique<VulkanTrace>(traced, *this, std::move(forward));
    });
}

Result<nn::Executor::Resumed> VulkanExecutor::doResume(nn::Trace &trace, int block, const nn::RunOptions &options)
{
    auto *own = dynamic_cast<VulkanTrace *>(&trace);
    if (!own)
        return Executor::doResume(trace, block, options);
    return explained([&] { return Resumed{withRoom([&] { return own->pass().resume(block, options); }), true}; });
}

Result<int> VulkanExecutor::doTune(const Shape &input, const std::stop_token &stop)
{
    if (m_kernels.sparesMemory()) // measuring takes memory, and its choices might take more
        return 0;
    return explained([&] {
        try {
            Tuner tuner(m_kernels, m_model->network, input, m_weights, m_transposed ? &*m_transposed : nullptr);
            if (tuner.remaining() > 0) {
                engine::withRoom(m_kernels, kFreeWays, [&] { tuner.measureNext(stop); });
                m_kernels.choices().save();
            }
            return tuner.remaining();
        } catch (const vk::SystemError &error) {
            if (!isOutOfMemory(error))
                throw;
            return 0; // the defaults may still fit
        }
    });
}

const DeviceWeights &VulkanExecutor::transposed()
{
    if (!m_transposed)
        m_transposed.emplace(m_kernels.context(), *m_model, Direction::Backward, m_format);
    return *m_transposed;
}

/// A pass that keeps all gradients or, if they do not fit, enough to compute them again.
std::shared_ptr<GradientPass> VulkanExecutor::gradientPass(Pass &forward, int layerOfJ)
{
    const auto make = [&](Keep keep) {
        auto made =
            std::make_shared<GradientPass>(m_kernels, *m_model, transposed(), forward,
                                           makeGradientProgram(m_model->network, forward.program(), layerOfJ, keep));
        std::erase_if(m_gradientPasses, [](const auto &other) { return other.expired(); });
        m_gradientPasses.push_back(made);
        return made;
    };
    if (auto whole = ifItFits([&] { return make(Keep::All); }))
        return *whole;
    return withRoom([&] { return make(Keep::BetweenBlocks); });
}

std::shared_ptr<GradientPass> VulkanExecutor::backward(const std::shared_ptr<Pass> &forward, int layerOfJ,
                                                       const Tensor &seed, const nn::RunOptions &options)
{
    const auto ofForward = [&] { return std::ranges::find(m_recorded, forward, &Recorded::pass); };
    if (hasMoreRoom())
        dropSmall();
    std::shared_ptr<GradientPass> pass;
    if (const auto recorded = ofForward(); recorded != m_recorded.end() &&
                                           recorded->backward.use_count() == 1 && // nobody looks at its gradients
                                           recorded->backward->gradients().layerOfJ == layerOfJ)
        pass = recorded->backward;
    else
        pass = gradientPass(*forward, layerOfJ);
    if (const auto recorded = ofForward(); recorded != m_recorded.end())
        recorded->backward = pass;
    withRoom([&] { pass->run(seed, options.scales.empty() ? forward->scales() : options.scales, options.stop); });
    return pass;
}

Tensor VulkanExecutor::gradientsByPathLength(Pass &forward, const Tensor &seed, const nn::RunOptions &options)
{
    return withRoom([&] {
        GradientPass pass(m_kernels, *m_model, transposed(), forward,
                          makePathProgram(m_model->network, forward.program()));
        pass.run(seed, options.scales.empty() ? forward.scales() : options.scales, options.stop);
        return pass.read(pass.program().results[0]);
    });
}

} // namespace reslens::engine
