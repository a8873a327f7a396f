#include "nn/executor.h"

#include <algorithm>
#include <cmath>

namespace reslens::nn {

namespace {

/// "the network has layers 0 to 71"
std::string rangeOf(const char *things, std::size_t count)
{
    return std::string("the network has ") +
           (count == 0 ? std::string("no ") + things : std::string(things) + " 0 to " + std::to_string(count - 1));
}

Result<void> checkIndex(const char *thing, int index, std::size_t count)
{
    if (index >= 0 && std::size_t(index) < count)
        return {};
    return fail(ErrorKind::NotFound, thing + (" " + std::to_string(index)),
                rangeOf((std::string(thing) + "s").c_str(), count));
}

Result<void> checkShape(const Network &network, const Shape &shape)
{
    const int channels = std::get<Input>(network.layers[0].op).channels;
    if (shape.n < 1 || shape.c != channels || shape.h < 1 || shape.w < 1)
        return fail(ErrorKind::Mismatch, "input",
                    "has shape " + shape.text() + ", the network needs Nx" + std::to_string(channels) + "xHxW");
    const std::vector<Shape> shapes = layerShapes(network, shape);
    const auto empty = std::ranges::find_if(shapes, [](const Shape &of) { return of.h < 1 || of.w < 1; });
    if (empty != shapes.end())
        return fail(ErrorKind::Mismatch, "input",
                    "has shape " + shape.text() + ", which leaves nothing of the output of " +
                        network.layers[std::size_t(empty - shapes.begin())].name);
    return {};
}

Result<void> checkRun(const Network &network, const Tensor &input, const RunOptions &options)
{
    TRY(checkShape(network, input.shape));
    if (input.values.size() != input.shape.count())
        return fail(ErrorKind::Mismatch, "input",
                    "has " + std::to_string(input.values.size()) + " values, its shape " + input.shape.text() +
                        " needs " + std::to_string(input.shape.count()));
    return checkScales(network, options.scales);
}

/// Gives one scale per block, as executors get them.
RunOptions spelledOut(const Network &network, RunOptions options)
{
    options.scales.resize(network.blocks.size());
    return options;
}

/// Executors compute a softmax; other probabilities are made here, for all of them.
Forward completed(const Network &network, Forward forward)
{
    forward.activation = network.architecture.activation;
    if (network.probabilities < 0)
        forward.probabilities = probabilitiesOf(network.architecture.activation, forward.logits);
    return forward;
}

} // namespace

Error cancelled()
{
    return {ErrorKind::Cancelled, "", "cancelled"};
}

Result<void> checkLayer(const Network &network, int layer)
{
    return checkIndex("layer", layer, network.layers.size());
}

Result<void> checkBlock(const Network &network, int block)
{
    return checkIndex("block", block, network.blocks.size());
}

Result<void> checkScales(const Network &network, const std::vector<BlockScale> &scales)
{
    const std::size_t blocks = network.blocks.size();
    if (!scales.empty() && scales.size() != blocks)
        return fail(ErrorKind::Mismatch, "scales",
                    "has " + std::to_string(scales.size()) + " entries, the network has " + std::to_string(blocks) +
                        " blocks");
    for (std::size_t b = 0; b < scales.size(); ++b)
        if (!std::isfinite(scales[b].alpha) || !std::isfinite(scales[b].beta))
            return fail(ErrorKind::InvalidInput, "scales of " + network.blocks[b].name, "are not finite");
    return {};
}

Trace::Trace(const Network &network, Shape input, Forward forward, std::vector<BlockScale> scales)
    : m_network(network), m_shapes(layerShapes(network, input)), m_forward(completed(network, std::move(forward))),
      m_scales(std::move(scales))
{
    m_scales.resize(network.blocks.size());
}

Result<Tensor> Trace::read(int layer) const
{
    TRY(checkLayer(m_network, layer));
    return doRead(layer);
}

Result<Moments> Trace::moments(int layer) const
{
    TRY(checkLayer(m_network, layer));
    return doMoments(layer);
}

Result<Tensor> Trace::pixelNorms(int layer) const
{
    TRY(checkLayer(m_network, layer));
    return doPixelNorms(layer);
}

Result<BlockSums> Trace::blockSums(int block) const
{
    TRY(checkBlock(m_network, block));
    return doBlockSums(m_network.blocks[block]);
}

Result<Moments> Trace::doMoments(int layer) const
{
    return doRead(layer).map(momentsOf);
}

Result<Tensor> Trace::doPixelNorms(int layer) const
{
    return doRead(layer).map(pixelNormsOf);
}

Result<BlockSums> Trace::doBlockSums(const Block &block) const
{
    const Tensor F = TRY(doRead(block.F)), u = TRY(doRead(block.u)), y = TRY(doRead(block.y));
    if (!block.hasShortcut())
        return blockSumsOf(nullptr, F, u, y);
    const Tensor s = TRY(doRead(block.s));
    return blockSumsOf(&s, F, u, y);
}

Result<Forward> Executor::forward(const Tensor &input, const RunOptions &options)
{
    TRY(checkRun(model().network, input, options));
    return completed(model().network, TRY(doForward(input, spelledOut(model().network, options))));
}

Result<std::unique_ptr<Trace>> Executor::trace(const Tensor &input, const RunOptions &options)
{
    TRY(checkRun(model().network, input, options));
    return doTrace(input, spelledOut(model().network, options));
}

Result<Forward> Executor::resume(Trace &trace, int block, const RunOptions &options)
{
    const Network &network = model().network;
    if (&trace.network() != &network)
        return fail(ErrorKind::InvalidInput, "trace", "is of another network than this executor's");
    TRY(checkBlock(network, block));
    TRY(checkScales(network, options.scales));
    RunOptions after = spelledOut(network, options);
    std::copy_n(trace.scales().begin(), block, after.scales.begin()); // earlier blocks stay as they were
    Resumed resumed = TRY(doResume(trace, block, after));
    resumed.forward = completed(network, std::move(resumed.forward));
    if (resumed.isInTrace) {
        trace.m_forward = resumed.forward;
        trace.m_scales = std::move(after.scales);
    }
    return std::move(resumed.forward);
}

Result<Executor::Resumed> Executor::doResume(Trace &trace, int, const RunOptions &options)
{
    const Tensor input = TRY(trace.read(0));
    return doForward(input, options).map([](Forward &&forward) { return Resumed{std::move(forward), false}; });
}

Result<int> Executor::tune(const Shape &input, const std::stop_token &stop)
{
    TRY(checkShape(model().network, input));
    return doTune(input, stop);
}

Result<int> Executor::doTune(const Shape &, const std::stop_token &)
{
    return 0;
}

} // namespace reslens::nn
