#include "nn/executor.h"

namespace reslens::nn {

Result<int> Executor::tune(const Shape &, std::stop_token)
{
    return 0;
}

Result<Moments> Trace::moments(int layer) const
{
    return read(layer).map(momentsOf);
}

Result<Tensor> Trace::pixelNorms(int layer) const
{
    return read(layer).map(pixelNormsOf);
}

Result<BlockSums> Trace::blockSums(const Network &network, int block) const
{
    if (block < 0 || block >= int(network.blocks.size()))
        return fail(ErrorKind::NotFound, "block " + std::to_string(block), "there is no such block");
    const Block &b = network.blocks[block];
    Result<Tensor> F = read(b.F), u = read(b.u), y = read(b.y), s;
    if (b.hasShortcut())
        s = read(b.s);
    for (const Result<Tensor> *tensor : {&F, &u, &y, &s})
        if (!*tensor)
            return tl::unexpected(tensor->error());
    return blockSumsOf(b.hasShortcut() ? &*s : nullptr, *F, *u, *y);
}

Result<Forward> Executor::resume(Trace &trace, int block, const RunOptions &options)
{
    if (block < 0 || block >= int(model().network.blocks.size()))
        return fail(ErrorKind::NotFound, "block " + std::to_string(block), "there is no such block");
    return trace.read(0).and_then([&](const Tensor &input) { return forward(input, options); });
}

} // namespace reslens::nn
