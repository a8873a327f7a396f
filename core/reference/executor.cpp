#include "reference/executor.h"

#include "reference/trace.h"

#include <chrono>

namespace reslens::reference {

namespace {

using Clock = std::chrono::steady_clock;

double msSince(Clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
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

    Result<nn::Forward> forward(const Tensor &input, const nn::RunOptions &options) override
    {
        return run(input, options, Keep::HeadOnly).map([](RecordedRun &&run) { return std::move(run.forward); });
    }

    Result<std::unique_ptr<nn::Trace>> trace(const Tensor &input, const nn::RunOptions &options) override
    {
        return run(input, options, Keep::Everything).map([this](RecordedRun &&run) -> std::unique_ptr<nn::Trace> {
            return std::make_unique<RecordedTrace>(m_model, std::move(run));
        });
    }

    std::size_t memoryBytes() const override
    {
        std::size_t bytes = 0;
        for (const LayerRunner &runner : m_model->runners)
            bytes += runner.memoryBytes();
        return bytes;
    }

private:
    enum class Keep { HeadOnly, Everything };

    Result<void> check(const Tensor &input, const nn::RunOptions &options) const
    {
        const int channels = std::get<nn::Input>(m_model->network().layers[0].op).channels;
        const Shape &shape = input.shape;
        if (shape.n < 1 || shape.c != channels || shape.h < 1 || shape.w < 1 || input.values.size() != shape.count())
            return fail(ErrorKind::InvalidInput, "input",
                        "has shape " + shape.text() + ", the network needs Nx" + std::to_string(channels) + "xHxW");
        return checkScales(m_model->network(), options.scales);
    }

    Result<RecordedRun> run(const Tensor &input, const nn::RunOptions &options, Keep keep)
    {
        if (const Result<void> checked = check(input, options); !checked)
            return tl::unexpected(checked.error());
        return guarded(input.shape, [&] { return runLayers(input, options, keep); });
    }

    Result<RecordedRun> runLayers(const Tensor &input, const nn::RunOptions &options, Keep keep)
    {
        const nn::Network &network = m_model->network();
        const Clock::time_point start = Clock::now();
        RecordedRun run;
        run.scales = options.scales;
        run.outputs.resize(network.layers.size());
        for (int l = 0; l < int(network.layers.size()); ++l) {
            if (options.stop.stop_requested())
                return fail(ErrorKind::Cancelled, m_model->model->name, "the run was cancelled");
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
        run.forward.probabilities = run.outputs[network.probabilities];
        run.forward.wallMs = msSince(start);
        return run;
    }

    /// Frees what layer `l` was the last to read, but for the head.
    void forget(RecordedRun &run, int l) const
    {
        for (const int input : m_model->network().layers[l].inputs)
            if (m_lastReader[input] == l && input != m_model->network().logits)
                run.outputs[input] = Tensor();
    }

    std::shared_ptr<PreparedModel> m_model; // shared with the traces
    nn::DeviceInfo m_device;
    std::vector<int> m_lastReader; // of each layer's output
};

} // namespace

std::unique_ptr<nn::Executor> makeExecutor(std::shared_ptr<const nn::Model> model, std::string reason,
                                           Arithmetic arithmetic)
{
    return std::make_unique<ReferenceExecutor>(std::move(model), std::move(reason), arithmetic);
}

} // namespace reslens::reference
