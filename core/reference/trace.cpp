#include "reference/trace.h"

#include "reference/backward_pass.h"

namespace reslens::reference {

namespace {

Error notFound(std::string subject, const char *what, std::size_t count)
{
    return {ErrorKind::NotFound, std::move(subject),
            std::string("the network has ") + what + " 0 to " + std::to_string(count - 1), std::nullopt};
}

class RecordedGradients final : public nn::Gradients {
public:
    RecordedGradients(std::shared_ptr<PreparedModel> model, std::shared_ptr<const RecordedRun> run,
                      std::vector<nn::ImageObjective> objectives, BackwardPass pass)
        : m_model(std::move(model)), m_run(std::move(run)), m_objectives(std::move(objectives)), m_pass(std::move(pass))
    {
    }

    const std::vector<nn::ImageObjective> &objectives() const override { return m_objectives; }

    Result<Tensor> value(int layer) const override
    {
        if (layer < 0 || layer >= int(m_pass.values.size()))
            return tl::unexpected(notFound("layer " + std::to_string(layer), "layers", m_pass.values.size()));
        if (layer > m_model->network().logits)
            return fail(ErrorKind::Unsupported, m_model->network().layers[layer].name,
                        "the objective is a function of the logits, so it has no gradient here");
        return m_pass.values[layer];
    }

    Result<nn::BlockGradients> ofBlock(int block) const override
    {
        const std::vector<nn::Block> &blocks = m_model->network().blocks;
        if (block < 0 || block >= int(blocks.size()))
            return tl::unexpected(notFound("block " + std::to_string(block), "blocks", blocks.size()));
        return nn::BlockGradients{m_pass.values[blocks[block].y], m_pass.skips[block], m_pass.branches[block],
                                  m_pass.values[blocks[block].x]};
    }

    Result<std::vector<float>> ofParameter(std::string_view name) const override
    {
        const std::vector<nn::Layer> &layers = m_model->network().layers;
        for (int l = 0; l < int(layers.size()); ++l) {
            if (!name.starts_with(layers[l].name))
                continue;
            const std::vector<nn::ParameterSpec> specs = nn::parametersOf(layers[l]);
            for (int index = 0; index < int(specs.size()); ++index)
                if (specs[index].name == name)
                    return ofParameter(l, index, specs[index]);
        }
        return fail(ErrorKind::NotFound, std::string(name), "the network has no such parameter");
    }

private:
    /// Computed when asked for: as dear as the whole backward pass, and most callers want few of them.
    Result<std::vector<float>> ofParameter(int layer, int index, const nn::ParameterSpec &spec) const
    {
        if (!spec.isTrained)
            return fail(ErrorKind::Unsupported, spec.name, "is a running statistic, which is not trained");
        const Tensor &x = m_run->outputs[m_model->network().layers[layer].inputs[0]];
        return guarded(x.shape, [&]() -> Result<std::vector<float>> {
            return m_model->runners[layer].parameterGradient(index, x, m_pass.values[layer]);
        });
    }

    std::shared_ptr<PreparedModel> m_model;
    std::shared_ptr<const RecordedRun> m_run;
    std::vector<nn::ImageObjective> m_objectives;
    BackwardPass m_pass;
};

} // namespace

RecordedTrace::RecordedTrace(std::shared_ptr<PreparedModel> model, RecordedRun run)
    : m_model(std::move(model)), m_run(std::make_shared<const RecordedRun>(std::move(run)))
{
    for (const Tensor &output : m_run->outputs)
        m_shapes.push_back(output.shape);
}

Result<Tensor> RecordedTrace::read(int layer) const
{
    if (layer < 0 || layer >= int(m_run->outputs.size()))
        return fail(ErrorKind::InvalidInput, "layer " + std::to_string(layer),
                    "the network has layers 0 to " + std::to_string(int(m_run->outputs.size()) - 1));
    return m_run->outputs[layer];
}

Result<std::unique_ptr<nn::Gradients>> RecordedTrace::backward(const nn::Objective &objective,
                                                               const nn::RunOptions &options) const
{
    if (const auto isGood = checkScales(m_model->network(), options.scales); !isGood)
        return tl::unexpected(isGood.error());
    Result<nn::ObjectiveResult> value = nn::evaluate(objective, m_run->forward.logits);
    if (!value)
        return tl::unexpected(value.error());
    nn::RunOptions own = options;
    if (own.scales.empty())
        own.scales = m_run->scales;
    return guarded(m_shapes[0], [&]() -> Result<std::unique_ptr<nn::Gradients>> {
        return runBackward(*m_model, m_run->outputs, std::move(value->gradient), own)
            .map([&](BackwardPass &&pass) -> std::unique_ptr<nn::Gradients> {
                return std::make_unique<RecordedGradients>(m_model, m_run, std::move(value->images), std::move(pass));
            });
    });
}

Result<Tensor> RecordedTrace::gradientsByPathLength(const nn::Objective &objective, const nn::RunOptions &options) const
{
    if (const auto isGood = nn::checkPathLengths(m_model->network(), m_shapes[0]); !isGood)
        return tl::unexpected(isGood.error());
    if (const auto isGood = checkScales(m_model->network(), options.scales); !isGood)
        return tl::unexpected(isGood.error());
    Result<nn::ObjectiveResult> value = nn::evaluate(objective, m_run->forward.logits);
    if (!value)
        return tl::unexpected(value.error());
    nn::RunOptions own = options;
    if (own.scales.empty())
        own.scales = m_run->scales;
    return guarded(m_shapes[0], [&]() -> Result<Tensor> {
        return runBackwardByPathLength(*m_model, m_run->outputs, std::move(value->gradient), own);
    });
}

} // namespace reslens::reference
