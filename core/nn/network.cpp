#include "nn/network.h"

#include <algorithm>

namespace reslens::nn {

std::optional<int> Network::blockNamed(std::string_view name) const
{
    for (std::size_t b = 0; b < blocks.size(); ++b)
        if (blocks[b].name == name)
            return int(b);
    return std::nullopt;
}

int Network::blockOf(int layer) const
{
    const auto found = std::ranges::find_if(
        blocks, [layer](const Block &block) { return layer >= block.firstLayer && layer <= block.lastLayer; });
    return found == blocks.end() ? -1 : int(found - blocks.begin());
}

std::optional<int> Network::onlyReader(int layer) const
{
    std::optional<int> reader;
    for (int l = layer + 1; l < int(layers.size()); ++l)
        for (const int input : layers[l].inputs)
            if (input == layer) {
                if (reader)
                    return std::nullopt;
                reader = l;
            }
    return reader;
}

std::optional<int> Network::batchNormAfter(int layer) const
{
    const std::optional<int> reader = onlyReader(layer);
    return reader && std::holds_alternative<BatchNorm>(layers[*reader].op) ? reader : std::nullopt;
}

bool Network::hasRelus() const
{
    return std::ranges::none_of(layers, [](const Layer &layer) { return std::holds_alternative<Activate>(layer.op); });
}

std::vector<Tap> tapsOf(const Network &network, int block)
{
    std::vector<Tap> taps;
    int first = 1, last = network.stem;
    if (block >= 0) {
        const Block &b = network.blocks[block];
        taps.push_back({"x", b.x, !network.hasRelus(), "the block's input"});
        taps.push_back({"F", b.F, true, "residual branch, before the addition"});
        if (b.hasShortcut()) {
            taps.push_back({"s", b.s, !b.identity || !network.hasRelus(), "shortcut"});
            taps.push_back({"u", b.u, true, "sum of shortcut and branch"});
        }
        taps.push_back({"y", b.y, !network.hasRelus(), "the block's output, after the activation"});
        first = b.firstLayer;
        last = b.lastLayer;
    } else {
        taps.push_back({"input", 0, true, "the normalised image"});
        taps.push_back({"y", network.stem, false, "the stem's output"});
    }
    for (int l = first; l <= last; ++l) {
        const Layer &layer = network.layers[l];
        if (!std::holds_alternative<BatchNorm>(layer.op))
            continue;
        const Layer &conv = network.layers[layer.inputs[0]];
        const std::size_t dot = block >= 0 ? network.blocks[block].name.size() + 1 : 0;
        taps.push_back({conv.name.substr(dot), l, true, describe(conv.op) + ", after its batch norm"});
    }
    return taps;
}

std::vector<Shape> layerShapes(const Network &network, Shape input)
{
    std::vector<Shape> shapes;
    shapes.reserve(network.layers.size());
    for (const Layer &layer : network.layers)
        shapes.push_back(outputShape(layer.op, layer.inputs.empty() ? input : shapes[layer.inputs[0]]));
    return shapes;
}

std::int64_t macs(const Network &network, Shape input)
{
    const std::vector<Shape> shapes = layerShapes(network, input);
    std::int64_t total = 0;
    for (std::size_t l = 0; l < shapes.size(); ++l)
        total += macsOf(network.layers[l].op, shapes[l]);
    return total;
}

std::vector<ParameterSpec> parametersOf(const Layer &layer)
{
    return parametersOf(layer.op, layer.name);
}

std::vector<ParameterSpec> parametersOf(const Network &network)
{
    std::vector<ParameterSpec> specs;
    for (const Layer &layer : network.layers)
        for (ParameterSpec &spec : parametersOf(layer))
            specs.push_back(std::move(spec));
    return specs;
}

std::int64_t parameterCount(const Network &network)
{
    std::int64_t total = 0;
    for (const ParameterSpec &spec : parametersOf(network)) {
        std::int64_t count = spec.isTrained;
        for (const std::int64_t extent : spec.shape)
            count *= extent;
        total += count;
    }
    return total;
}

} // namespace reslens::nn
