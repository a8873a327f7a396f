// The layers of a network as the steps of a forward pass, fused as far as the kernels and what is kept allow.
#include "engine/operations.h"

#include <optional>

namespace reslens::engine {

namespace {

using nn::Network;

class Fuser {
public:
    Fuser(const Network &network, Keep keep) : m_network(network), m_keep(keep), m_readers(network.layers.size())
    {
        for (int l = 0; l < int(network.layers.size()); ++l)
            for (const int input : network.layers[l].inputs)
                m_readers[input].push_back(l);
    }

    std::vector<Step> fuse()
    {
        std::vector<bool> isDone(m_network.layers.size(), false);
        std::vector<Step> steps;
        for (int l = 1; l < int(m_network.layers.size()); ++l) { // layer 0 is the input: uploaded, not computed
            if (isDone[l])
                continue;
            const nn::Layer &layer = m_network.layers[l];
            Step step{.record = operationOf(layer.op).forward, .layer = l, .reads = layer.inputs, .writes = l};
            if (!step.record)
                throw Error(ErrorKind::Unsupported, layer.name, "is a batch norm that follows no convolution and no linear layer");
            if (const auto *add = std::get_if<nn::Add>(&layer.op))
                step.block = add->block;
            if (asConvolution(layer.op))
                extend(step, isDone);
            steps.push_back(std::move(step));
        }
        return steps;
    }

private:
    /// The only layer that reads `layer`, if it is a T.
    template <typename T>
    std::optional<int> onlyReader(int layer) const
    {
        const std::vector<int> &readers = m_readers[layer];
        if (readers.size() == 1 && std::holds_alternative<T>(m_network.layers[readers[0]].op))
            return readers[0];
        return std::nullopt;
    }

    void extend(Step &step, std::vector<bool> &isDone) const
    {
        const auto take = [&](int layer) {
            step.writes = layer;
            isDone[layer] = true;
        };
        if (const auto batchNorm = onlyReader<nn::BatchNorm>(step.writes))
            take(*batchNorm);
        if (m_keep != Keep::Results)
            return;
        // A branch's last convolution takes the addition along; the shortcut is complete by then (it comes first).
        if (const auto add = onlyReader<nn::Add>(step.writes); add && m_network.layers[*add].inputs[1] == step.writes) {
            step.operand = m_network.layers[*add].inputs[0];
            step.block = std::get<nn::Add>(m_network.layers[*add].op).block;
            take(*add);
        }
        if (const auto relu = onlyReader<nn::Relu>(step.writes)) {
            step.hasRelu = true;
            take(*relu);
        }
    }

    const Network &m_network;
    Keep m_keep;
    std::vector<std::vector<int>> m_readers;
};

} // namespace

Program makeForwardProgram(const Network &network, Shape input, Keep keep)
{
    Program program;
    program.shapes = nn::layerShapes(network, input);
    program.steps = Fuser(network, keep).fuse();
    program.texels.assign(program.shapes.size(), 0);
    for (int l = 0; l < int(program.shapes.size()); ++l)
        program.insideOf.push_back(blockInside(network, l));
    program.texels[0] = packedTexels(input);
    for (const Step &step : program.steps)
        program.texels[step.writes] = packedTexels(program.shapes[step.writes]);
    program.input = 0;
    program.results = {network.logits, network.probabilities};
    program.assignBuffers(keep);
    return program;
}

} // namespace reslens::engine
