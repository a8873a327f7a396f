#include "reference/executor.h"

#include "reference/layer_runner.h"

#include <chrono>
#include <new>

namespace reslens::reference {

namespace {

using Clock = std::chrono::steady_clock;

double msSince(Clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

class RecordedTrace final : public nn::Trace {
public:
    RecordedTrace(nn::Forward forward, std::vector<Tensor> outputs)
        : m_forward(std::move(forward)), m_outputs(std::move(outputs))
    {
        for (const Tensor &output : m_outputs)
            m_shapes.push_back(output.shape);
    }

    const nn::Forward &forward() const override { return m_forward; }
    const std::vector<Shape> &shapes() const override { return m_shapes; }

    Result<Tensor> read(int layer) const override
    {
        if (layer < 0 || layer >= int(m_outputs.size()))
            return fail(ErrorKind::InvalidInput, "layer " + std::to_string(layer),
                        "the network has layers 0 to " + std::to_string(int(m_outputs.size()) - 1));
        return m_outputs[layer];
    }

private:
    nn::Forward m_forward;
    std::vector<Tensor> m_outputs;
    std::vector<Shape> m_shapes;
};

class ReferenceExecutor final : public nn::Executor {
public:
    ReferenceExecutor(std::shared_ptr<const nn::Model> model, std::string reason, Arithmetic arithmetic)
        : m_model(std::move(model)), m_device{"CPU reference", "reference", "", std::move(reason), false}
    {
        const std::vector<nn::Layer> &layers = m_model->network.layers;
        m_lastReader.resize(layers.size());
        m_blockOf.assign(layers.size(), -1);
        for (int l = 0; l < int(layers.size()); ++l) {
            m_runners.emplace_back(layers[l], m_model->parameters, arithmetic);
            for (const int input : layers[l].inputs)
                m_lastReader[input] = l;
            if (const auto *add = std::get_if<nn::Add>(&layers[l].op))
                m_blockOf[l] = add->block;
        }
    }

    const nn::Model &model() const override { return *m_model; }
    const nn::DeviceInfo &device() const override { return m_device; }

    Result<nn::Forward> forward(const Tensor &input, const nn::RunOptions &options) override
    {
        return run(input, options, Keep::HeadOnly).map([](Run &&run) { return std::move(run.forward); });
    }

    Result<std::unique_ptr<nn::Trace>> trace(const Tensor &input, const nn::RunOptions &options) override
    {
        return run(input, options, Keep::Everything).map([](Run &&run) -> std::unique_ptr<nn::Trace> {
            return std::make_unique<RecordedTrace>(std::move(run.forward), std::move(run.outputs));
        });
    }

    std::size_t memoryBytes() const override
    {
        std::size_t bytes = 0;
        for (const LayerRunner &runner : m_runners)
            bytes += runner.memoryBytes();
        return bytes;
    }

private:
    enum class Keep { HeadOnly, Everything };

    struct Run {
        nn::Forward forward;
        std::vector<Tensor> outputs; // one per layer; empty again where nobody will read it
    };

    Result<void> check(const Tensor &input, const nn::RunOptions &options) const
    {
        const int channels = std::get<nn::Input>(m_model->network.layers[0].op).channels;
        const Shape &shape = input.shape;
        if (shape.n < 1 || shape.c != channels || shape.h < 1 || shape.w < 1 || input.values.size() != shape.count())
            return fail(ErrorKind::InvalidInput, "input",
                        "has shape " + shape.text() + ", the network needs Nx" + std::to_string(channels) + "xHxW");
        const std::size_t blocks = m_model->network.blocks.size();
        if (!options.scales.empty() && options.scales.size() != blocks)
            return fail(ErrorKind::InvalidInput, "scales",
                        "has " + std::to_string(options.scales.size()) + " entries, the network has " +
                            std::to_string(blocks) + " blocks");
        return {};
    }

    Result<Run> run(const Tensor &input, const nn::RunOptions &options, Keep keep)
    {
        if (const Result<void> checked = check(input, options); !checked)
            return tl::unexpected(checked.error());
        try {
            return runLayers(input, options, keep);
        } catch (const std::bad_alloc &) {
            return fail(ErrorKind::Limit, "input", "there is not enough memory to run " + input.shape.text());
        } catch (const std::exception &error) { // oneDNN's own
            return fail(ErrorKind::Device, m_device.name, error.what());
        }
    }

    Result<Run> runLayers(const Tensor &input, const nn::RunOptions &options, Keep keep)
    {
        const nn::Network &network = m_model->network;
        const Clock::time_point start = Clock::now();
        Run run;
        run.outputs.resize(network.layers.size());
        for (int l = 0; l < int(network.layers.size()); ++l) {
            if (options.stop.stop_requested())
                return fail(ErrorKind::Cancelled, m_model->name, "the run was cancelled");
            const Clock::time_point layerStart = Clock::now();
            std::vector<const Tensor *> inputs;
            for (const int at : network.layers[l].inputs)
                inputs.push_back(&run.outputs[at]);
            if (inputs.empty())
                inputs.push_back(&input);
            const bool isScaled = m_blockOf[l] >= 0 && !options.scales.empty();
            run.outputs[l] = m_runners[l].run(inputs, isScaled ? options.scales[m_blockOf[l]] : nn::BlockScale{});
            if (options.timesLayers)
                run.forward.times.push_back({l, m_runners[l].kernelName(), msSince(layerStart)});
            if (keep == Keep::HeadOnly)
                forget(run, l);
        }
        run.forward.logits = run.outputs[network.logits];
        run.forward.probabilities = run.outputs[network.probabilities];
        run.forward.wallMs = msSince(start);
        return run;
    }

    /// Frees what layer `l` was the last to read, but for the head.
    void forget(Run &run, int l) const
    {
        for (const int input : m_model->network.layers[l].inputs)
            if (m_lastReader[input] == l && input != m_model->network.logits)
                run.outputs[input] = Tensor();
    }

    std::shared_ptr<const nn::Model> m_model;
    nn::DeviceInfo m_device;
    std::vector<LayerRunner> m_runners;
    std::vector<int> m_lastReader; // of each layer's output
    std::vector<int> m_blockOf;    // of an addition; -1 elsewhere
};

} // namespace

std::unique_ptr<nn::Executor> makeExecutor(std::shared_ptr<const nn::Model> model, std::string reason,
                                           Arithmetic arithmetic)
{
    return std::make_unique<ReferenceExecutor>(std::move(model), std::move(reason), arithmetic);
}

} // namespace reslens::reference
