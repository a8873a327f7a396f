#include "engine/kernels/record.h"

#include <array>

namespace reslens::engine {

using vulkan::Binding;

std::string recordMaxPool(const Recording &to, const Step &step, const nn::MaxPool &op)
{
    struct Push {
        std::uint32_t count;
        std::int32_t height, width, outHeight, outWidth, padding;
    };
    const vulkan::Kernel &kernel =
        to.kernels.kernel({"max_pool",
                           {Binding::Texels, Binding::Storage},
                           sizeof(Push),
                           {to.kernels.localSize(), std::uint32_t(op.kernel), std::uint32_t(op.stride)}});
    const Shape in = to.shapeOf(step.inputs[0]), out = to.plan.outputShape(step);
    const Push push{to.outputTexels(step), in.h, in.w, out.h, out.w, op.padding};
    const std::array buffers{&to.bufferOf(step.inputs[0]), &to.bufferOf(step.output)};
    to.recorder.dispatch(kernel, buffers, push, push.count);
    return "max_pool";
}

std::string recordGlobalAveragePool(const Recording &to, const Step &step)
{
    // One invocation sums a plane, and llvmpipe silently leaves a shader's loops after 65,535 turns.
    constexpr std::size_t kMaxPixels = 60'000;
    const Shape in = to.shapeOf(step.inputs[0]);
    if (in.planeCount() > kMaxPixels)
        throw Error{ErrorKind::Limit,
                    to.network.layers[step.op].name,
                    "would average " + std::to_string(in.planeCount()) + " pixels, at most " +
                        std::to_string(kMaxPixels) + " are possible: use a smaller picture",
                    {}};
    struct Push {
        std::uint32_t count;
        std::int32_t height, width;
    };
    const vulkan::Kernel &kernel = to.kernels.kernel(
        {"global_average_pool", {Binding::Texels, Binding::Storage}, sizeof(Push), {to.kernels.localSize()}});
    const std::array buffers{&to.bufferOf(step.inputs[0]), &to.bufferOf(step.output)};
    to.recorder.dispatch(kernel, buffers, Push{to.outputTexels(step), in.h, in.w}, to.outputTexels(step));
    return "global_average_pool";
}

} // namespace reslens::engine
