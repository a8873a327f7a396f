#include "nn/gradients.h"

namespace reslens::nn {

namespace {

tl::unexpected<Error> noBackward()
{
    return fail(ErrorKind::Unsupported, "gradients", "this device has no backward pass");
}

} // namespace

Result<std::unique_ptr<Gradients>> backward(const Trace &trace, const Objective &objective, const RunOptions &options)
{
    if (const auto *differentiable = dynamic_cast<const DifferentiableTrace *>(&trace))
        return differentiable->backward(objective, options);
    return noBackward();
}

Result<Tensor> gradientsByPathLength(const Trace &trace, const Objective &objective, const RunOptions &options)
{
    if (const auto *differentiable = dynamic_cast<const DifferentiableTrace *>(&trace))
        return differentiable->gradientsByPathLength(objective, options);
    return noBackward();
}

Result<void> checkPathLengths(const Network &network, Shape input)
{
    if (input.n != 1)
        return fail(ErrorKind::Unsupported, "gradient by path length",
                    "the trace has " + std::to_string(input.n) + " images, it is made for one at a time");
    if (network.architecture.shortcut == ShortcutKind::None)
        return fail(ErrorKind::Unsupported, "gradient by path length",
                    "a plain network has no skips, so there is only one path");
    return {};
}

} // namespace reslens::nn
