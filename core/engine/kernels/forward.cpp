// Forward kernels that work element by element, or on a plane or a window.
#include "engine/kernels/record.h"

#include <array>

namespace reslens::engine {

std::string recordRelu(const Recording &to, const Step &step)
{
    return recordShader(to, "relu", {&to.buffer(step.reads[0]), &to.buffer(step.writes)},
                        shaders::CountPush{to.texels(step.writes)});
}

std::string recordActivate(const Recording &to, const Step &step)
{
    const auto &op = to.op<nn::Activate>(step);
    const int count = to.texels(step.writes);
    return recordShader(to, "activate", {&to.buffer(step.reads[0]), &to.buffer(step.writes)},
                        shaders::ActivatePush{count, count, op.slope}, {op.kind == nn::Activate::Kind::Silu});
}

std::string recordAdd(const Recording &to, const Step &step)
{
    return recordShader(to, "add",
                        {&to.buffer(step.reads[0]), &to.buffer(step.reads[1]), &to.scales, &to.buffer(step.writes)},
                        shaders::BlockScalesPush{to.texels(step.writes), step.block});
}

std::string recordZeroPadShortcut(const Recording &to, const Step &step)
{
    const auto &op = to.op<nn::ZeroPadShortcut>(step);
    const Shape in = to.shape(step.reads[0]), out = to.shape(step.writes);
    const shaders::ZeroPadPush push{.count = to.texels(step.writes),
                                    .channels = in.c,
                                    .before = op.channelsBefore(),
                                    .outQuads = (out.c + 3) / 4,
                                    .height = in.h,
                                    .width = in.w,
                                    .outHeight = out.h,
                                    .outWidth = out.w,
                                    .stride = op.stride};
    return recordShader(to, "zero_pad_shortcut", {&to.buffer(step.reads[0]), &to.buffer(step.writes)}, push);
}

std::string recordMaxPool(const Recording &to, const Step &step)
{
    const auto &op = to.op<nn::MaxPool>(step);
    const Shape in = to.shape(step.reads[0]), out = to.shape(step.writes);
    return recordShader(to, "max_pool", {&to.buffer(step.reads[0]), &to.buffer(step.writes)},
                        shaders::PoolPush{to.texels(step.writes), in.h, in.w, out.h, out.w, op.padding},
                        {std::uint32_t(op.kernel), std::uint32_t(op.stride)});
}

std::string recordAveragePool(const Recording &to, const Step &step)
{
    const auto &op = to.op<nn::AveragePool>(step);
    const Shape in = to.shape(step.reads[0]), out = to.shape(step.writes);
    return recordShader(to, "average_pool", {&to.buffer(step.reads[0]), &to.buffer(step.writes)},
                        shaders::PoolPush{to.texels(step.writes), in.h, in.w, out.h, out.w, op.padding},
                        {std::uint32_t(op.kernel), std::uint32_t(op.stride), op.countsPadding, false});
}

std::string recordBlurPool(const Recording &to, const Step &step)
{
    const auto &op = to.op<nn::BlurPool>(step);
    const Shape in = to.shape(step.reads[0]), out = to.shape(step.writes);
    return recordShader(to, "blur_pool", {&to.buffer(step.reads[0]), &to.buffer(step.writes)},
                        shaders::PoolPush{to.texels(step.writes), in.h, in.w, out.h, out.w, op.window().padding},
                        {std::uint32_t(op.kernel), std::uint32_t(op.stride), false});
}

std::string recordGlobalAveragePool(const Recording &to, const Step &step)
{
    // One invocation sums a plane, and llvmpipe silently leaves a shader's loops after 65,535 turns.
    constexpr std::size_t kMaxPixels = 60'000;
    const Shape in = to.shape(step.reads[0]);
    if (in.planeCount() > kMaxPixels)
        throw Error(ErrorKind::Limit, to.network.layers[step.layer].name,
                    "would average " + std::to_string(in.planeCount()) + " pixels, at most " +
                        std::to_string(kMaxPixels) + " are possible: use a smaller picture");
    return recordShader(to, "global_average_pool", {&to.buffer(step.reads[0]), &to.buffer(step.writes)},
                        shaders::PlanePush{to.texels(step.writes), in.h, in.w});
}

std::string recordSoftmax(const Recording &to, const Step &step)
{
    constexpr std::uint32_t kLanes = 64; // a power of two, for the tree; every Vulkan device has 128
    const vulkan::Kernel &kernel = to.kernels.kernel(vulkan::KernelDescription{"softmax", {kLanes}});
    const Shape shape = to.shape(step.writes);
    const std::array buffers{&to.buffer(step.reads[0]), &to.buffer(step.writes)};
    to.recorder.dispatch(kernel, buffers, shaders::SoftmaxPush{shape.c}, std::uint32_t(shape.n) * kLanes);
    return "softmax";
}

} // namespace reslens::engine
