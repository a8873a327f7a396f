#include "reference/executor.h"

#include "nn/gradients.h"
#include "reference/backward_pass.h"
#include "reference/layer_runner.h"

#include <chrono>

namespace reslens::reference {

namespace {

using Clock = std::chrono::steady_clock;

double msSince(Clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

class RecordedGradients final : public nn::Gradients {
public:
    RecordedGradients(std::shared_ptr<PreparedModel> model, std::shared_ptr<const std::vector<Tensor>> outputs,
                      int layerOfJ, std::vector<nn::ImageObjective> objectives, BackwardPass pass)
        : Gradients(model->network(), layerOfJ, std::move(objectives)), m_model(std::move(model)),
          m_outputs(std::move(outputs)), m_pass(std::move(pass))
    {
    }

private:
    Result<Tensor> doValue(int layer) const override { return orZero(m_pass.values[layer], layer); }

    Result<nn::BlockGradients> doOfBlock(int number) const override
    {
        const nn::Block &block = m_model->network().blocks[number];
        return nn::BlockGradients{orZero(m_pass.values[block.y], block.y),
                                  block.hasShortcut() ? orZero(m_pass.skips[number], block.x) : Tensor(),
                                  orZero(m_pass.branches[number], block.x), orZero(m_pass.values[block.x], block.x)};
    }

    /// Computed at each call: all of them cost as much as the whole backward pass, and most callers need few.
    Result<std::vector<float>> doOfParameter(int layer, int index) const override
    {
        const Tensor &x = (*m_outputs)[m_model->network().layers[layer].inputs[0]];
        return guarded(x.shape, [&]() -> Result<std::vector<float>> {
            return m_model->runners[layer].parameterGradient(index, x, orZero(m_pass.values[layer], layer));
        });
    }

    /// Zeros of the shape of `layer`'s output if J does not depend on it.
    Tensor orZero(const Tensor &gradient, int layer) const
    {
        return gradient.values.empty() ? Tensor((*m_outputs)[layer].shape) : gradient;
    }

    std::shared_ptr<PreparedModel> m_model;
    std::shared_ptr<const std::vector<Tensor>> m_outputs;
    BackwardPass m_pass;
};

/// A forward pass with every layer's output, and its backward pass.
struct RecordedRun {
    nn::Forward forward;
    std::vector<Tensor> outputs; // one per layer; emptied when nobody will read it again
};

class RecordedTrace final : public nn::DifferentiableTrace {
public:
    RecordedTrace(std::shared_ptr<PreparedModel> model, RecordedRun run, std::vector<nn::BlockScale> scales);

private:
    Result<Tensor> doRead(int layer) const override;
    Result<std::unique_ptr<nn::Gradients>> doBackward(nn::LinearFunctional J,
                                                      std::vector<nn::ImageObjective> objectives,
                                                      const nn::RunOptions &options) const override;
    Result<Tensor> doGradientsByPathLength(Tensor atLogits, const nn::RunOptions &options) const override;

    std::shared_ptr<PreparedModel> m_model;
    std::shared_ptr<const std::vector<Tensor>> m_outputs; // shared with the gradients
};

RecordedTrace::RecordedTrace(std::shared_ptr<PreparedModel> model, RecordedRun run, std::vector<nn::BlockScale> scales)
    : DifferentiableTrace(model->network(), run.outputs[0].shape, std::move(run.forward), std::move(scales)),
      m_model(std::move(model)), m_outputs(std::make_shared<const std::vector<Tensor>>(std::move(run.outputs)))
{
}

Result<Tensor> RecordedTrace::doRead(int layer) const
{
    return (*m_outputs)[layer];
}

Result<std::unique_ptr<nn::Gradients>> RecordedTrace::doBackward(nn::LinearFunctional J,
                                                                 std::vector<nn::ImageObjective> objectives,
                                                                 const nn::RunOptions &options) const
{
    const int layerOfJ = J.layer;
    return guarded(shapes()[0], [&]() -> Result<std::unique_ptr<nn::Gradients>> {
        BackwardPass pass = TRY(runBackward(*m_model, *m_outputs, std::move(J), options));
        return std::make_unique<RecordedGradients>(m_model, m_outputs, layerOfJ, std::move(objectives),
                                                   std::move(pass));
    });
}

Result<Tensor> RecordedTrace::doGradientsByPathLength(Tensor atLogits, const nn::RunOptions &options) const
{
    return guarded(shapes()[0],
                   [&] { return runBackwardByPathLength(*m_model, *m_outputs, std::move(atLogits), options); });
}

class ReferenceExecutor final : public nn::Executor {
public:
    ReferenceExecutor(std::shared_ptr<const nn::Model> model, std::string reason, Arithmetic arithmetic)
        : m_model(std::make_shared<PreparedModel>(std::move(model), arithmetic))
    {
        m_device = {"CPU reference", "reference", "", std::move(reason), false};
        const std::vector<nn::Layer> &layers = m_model->network().layers;
        m_lastReader.resize(layers.size());
        for (int l = 0; l < int(layers.size()); ++l)
            for (const int input : layers[l].inputs)
                m_lastReader[input] = l;
    }

    const nn::Model &model() const override { return *m_model->model; }
    const nn::DeviceInfo &device() const override { return m_device; }

    std::size_t memoryBytes() const override
    {
        std::size_t bytes = 0;
        for (const LayerRunner &runner : m_model->runners)
            bytes += runner.memoryBytes();
        return bytes;
    }

private:
    enum class Keep { HeadOnly, Everything };

    Result<nn::Forward> doForward(const Tensor &input, const nn::RunOptions &options) override
    {
        return run(input, options, Keep::HeadOnly).map([](RecordedRun &&run) { return std::move(run.forward); });
    }

    Result<std::unique_ptr<nn::Trace>> doTrace(const Tensor &input, const nn::RunOptions &options) override
    {
        return run(input, options, Keep::Everything).map([&](RecordedRun &&run) -> std::unique_ptr<nn::Trace> {
            return std::make_unique<RecordedTrace>(m_model, std::move(run), options.scales);
        });
    }

    Result<RecordedRun> run(const Tensor &input, const nn::RunOptions &options, Keep keep)
    {
        return guarded(input.shape, [&] { return runLayers(input, options, keep); });
    }

    Result<RecordedRun> runLayers(const Tensor &input, const nn::RunOptions &options, Keep keep)
    {
        const nn::Network &network = m_model->network();
        const Clock::time_point start = Clock::now();
        RecordedRun run;
        run.outputs.resize(network.layers.size());
        for (int l = 0; l < int(network.layers.size()); ++l) {
            if (options.stop.stop_requested())
                return tl::unexpected(nn::cancelled());
            const Clock::time_point layerStart = Clock::now();
            const std::vector<const Tensor *> inputs = m_model->inputsOf(l, run.outputs, input);
            LayerRunner &runner = m_model->runners[l];
            run.outputs[l] = runner.run(inputs, m_model->scaleOf(l, options.scales));
            if (options.timesLayers)
                run.forward.times.push_back({l, runner.kernelName(), msSince(layerStart)});
            if (keep == Keep::HeadOnly)
                forget(run, l);
        }
        run.forward.logits = run.outputs[network.logits];
        if (network.probabilities >= 0)
            run.forward.probabilities = run.outputs[network.probabilities];
        run.forward.wallMs = msSince(start);
        return run;
    }

    /// Frees the outputs of which layer `l` was the last reader, except the head's.
    void forget(RecordedRun &run, int l) const
    {
        for (const int input : m_model->network().layers[l].inputs)
            if (m_lastReader[input] == l && input != m_model->network().logits)
                run.outputs[input] = Tensor();
    }

    std::shared_ptr<PreparedModel> m_model; // shared with the traces
    nn::DeviceInfo m_device;
    std::vector<int> m_lastReader; // by layer: the last reader of its output
};

} // namespace

std::unique_ptr<nn::Executor> makeExecutor(std::shared_ptr<const nn::Model> model, std::string reason,
                                           Arithmetic arithmetic)
{
    return std::make_unique<ReferenceExecutor>(std::move(model), std::move(reason), arithmetic);
}

} // namespace reslens::reference
