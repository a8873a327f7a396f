#include "nn/gradients.h"

namespace reslens::nn {

Result<std::unique_ptr<Gradients>> backward(const Trace &trace, const Objective &objective, const RunOptions &options)
{
    if (const auto *differentiable = dynamic_cast<const DifferentiableTrace *>(&trace))
        return differentiable->backward(objective, options);
    return fail(ErrorKind::Unsupported, "gradients", "this device has no backward pass");
}

} // namespace reslens::nn
