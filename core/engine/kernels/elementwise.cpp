#include "engine/kernels/record.h"

#include <array>

namespace reslens::engine {

using vulkan::Binding;

std::string recordRelu(const Recording &to, const Step &step)
{
    struct Push {
        std::uint32_t count;
    };
    const vulkan::Kernel &kernel =
        to.kernels.kernel({"relu", {Binding::Texels, Binding::Storage}, sizeof(Push), {to.kernels.localSize()}});
    const std::array buffers{&to.bufferOf(step.inputs[0]), &to.bufferOf(step.output)};
    to.recorder.dispatch(kernel, buffers, Push{to.outputTexels(step)}, to.outputTexels(step));
    return "relu";
}

std::string recordAdd(const Recording &to, const Step &step)
{
    struct Push {
        std::uint32_t count;
        std::int32_t block;
    };
    const vulkan::Kernel &kernel =
        to.kernels.kernel({"add",
                           {Binding::Texels, Binding::Texels, Binding::Storage, Binding::Storage},
                           sizeof(Push),
                           {to.kernels.localSize()}});
    const std::array buffers{&to.bufferOf(step.inputs[0]), &to.bufferOf(step.inputs[1]), &to.scales,
                             &to.bufferOf(step.output)};
    const int block = std::get<nn::Add>(to.network.layers[step.op].op).block;
    to.recorder.dispatch(kernel, buffers, Push{to.outputTexels(step), block}, to.outputTexels(step));
    return "add";
}

std::string recordZeroPadShortcut(const Recording &to, const Step &step, const nn::ZeroPadShortcut &op)
{
    struct Push {
        std::uint32_t count;
        std::int32_t channels, before, outQuads, height, width, outHeight, outWidth, stride;
    };
    const vulkan::Kernel &kernel = to.kernels.kernel(
        {"zero_pad_shortcut", {Binding::Texels, Binding::Storage}, sizeof(Push), {to.kernels.localSize()}});
    const Shape in = to.shapeOf(step.inputs[0]), out = to.plan.outputShape(step);
    const Push push{to.outputTexels(step),
                    in.c,
                    (op.channelsOut - op.channelsIn) / 2,
                    (out.c + 3) / 4,
                    in.h,
                    in.w,
                    out.h,
                    out.w,
                    op.stride};
    const std::array buffers{&to.bufferOf(step.inputs[0]), &to.bufferOf(step.output)};
    to.recorder.dispatch(kernel, buffers, push, push.count);
    return "zero_pad_shortcut";
}

} // namespace reslens::engine
