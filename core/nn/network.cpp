#include "nn/network.h"

namespace reslens::nn {

namespace {

template <typename... Handlers>
struct Overloaded : Handlers... {
    using Handlers::operator()...;
};
template <typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

int windowed(int extent, int kernel, int stride, int padding)
{
    return (extent + 2 * padding - kernel) / stride + 1;
}

Shape outputShape(const Op &op, Shape in)
{
    return std::visit(
        Overloaded{
            [&](const Input &) { return in; },
            [&](const Conv2d &l) {
                return Shape{in.n, l.channelsOut, windowed(in.h, l.kernel, l.stride, l.padding),
                             windowed(in.w, l.kernel, l.stride, l.padding)};
            },
            [&](const MaxPool &l) {
                return Shape{in.n, in.c, windowed(in.h, l.kernel, l.stride, l.padding),
                             windowed(in.w, l.kernel, l.stride, l.padding)};
            },
            [&](const ZeroPadShortcut &l) {
                return Shape{in.n, l.channelsOut, windowed(in.h, 1, l.stride, 0), windowed(in.w, 1, l.stride, 0)};
            },
            [&](const GlobalAveragePool &) {
                return Shape{in.n, in.c, 1, 1};
            },
            [&](const Linear &l) {
                return Shape{in.n, l.featuresOut, 1, 1};
            },
            [&](const auto &) { return in; }, // BatchNorm, Relu, Add, Softmax
        },
        op);
}

std::string sizeText(int kernel, int stride)
{
    return std::to_string(kernel) + "x" + std::to_string(kernel) + (stride > 1 ? "/" + std::to_string(stride) : "");
}

} // namespace

std::string describe(const Op &op)
{
    return std::visit(Overloaded{
                          [](const Input &) { return std::string("input"); },
                          [](const Conv2d &l) {
                              return "conv " + sizeText(l.kernel, l.stride) +
                                     (l.groups > 1 ? " groups " + std::to_string(l.groups) : "");
                          },
                          [](const BatchNorm &) { return std::string("batch norm"); },
                          [](const Relu &) { return std::string("ReLU"); },
                          [](const Add &) { return std::string("add"); },
                          [](const MaxPool &l) { return "max-pool " + sizeText(l.kernel, l.stride); },
                          [](const ZeroPadShortcut &) { return std::string("zero-pad shortcut"); },
                          [](const GlobalAveragePool &) { return std::string("global average pool"); },
                          [](const Linear &) { return std::string("linear"); },
                          [](const Softmax &) { return std::string("softmax"); },
                      },
                      op);
}

std::optional<int> Network::blockNamed(std::string_view name) const
{
    for (std::size_t b = 0; b < blocks.size(); ++b)
        if (blocks[b].name == name)
            return int(b);
    return std::nullopt;
}

std::vector<Tap> tapsOf(const Network &network, int block)
{
    std::vector<Tap> taps;
    int first = 1, last = network.stem;
    if (block >= 0) {
        const Block &b = network.blocks[block];
        taps.push_back({"x", b.x, false, "the block's input"});
        taps.push_back({"F", b.F, true, "residual branch, before the addition"});
        if (b.hasShortcut()) {
            taps.push_back({"s", b.s, !b.identity, "shortcut"});
            taps.push_back({"u", b.u, true, "sum of shortcut and branch"});
        }
        taps.push_back({"y", b.y, false, "the block's output, after the ReLU"});
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

std::int64_t macsOf(const Op &op, Shape output)
{
    if (const auto *conv = std::get_if<Conv2d>(&op))
        return std::int64_t(output.count()) * (conv->channelsIn / conv->groups) * conv->kernel * conv->kernel;
    if (const auto *linear = std::get_if<Linear>(&op))
        return std::int64_t(output.n) * linear->featuresIn * linear->featuresOut;
    return 0;
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
    using Specs = std::vector<ParameterSpec>;
    return std::visit(Overloaded{
                          [&](const Conv2d &l) {
                              return Specs{{layer.name + ".weight",
                                            {l.channelsOut, l.channelsIn / l.groups, l.kernel, l.kernel},
                                            true}};
                          },
                          [&](const BatchNorm &l) {
                              return Specs{{layer.name + ".weight", {l.channels}, true},
                                           {layer.name + ".bias", {l.channels}, true},
                                           {layer.name + ".running_mean", {l.channels}, false},
                                           {layer.name + ".running_var", {l.channels}, false}};
                          },
                          [&](const Linear &l) {
                              return Specs{{layer.name + ".weight", {l.featuresOut, l.featuresIn}, true},
                                           {layer.name + ".bias", {l.featuresOut}, true}};
                          },
                          [](const auto &) { return Specs{}; },
                      },
                      layer.op);
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
