#include "engine/kernels/record.h"

#include <array>

namespace reslens::engine {

namespace {

/// conv2d.comp's push block.
struct Conv2dPush {
    std::int32_t inQuads, outQuads, inQuadsTotal, outBlocksPerGroup;
    std::int32_t height, width, outHeight, outWidth;
    std::int32_t kernel, stride, padding;
    std::int32_t pixelCount, pixelBlocks, outBlocks;
    std::int32_t block, epilogue;
};
static_assert(sizeof(Conv2dPush) == 64);

// Bits of conv2d.comp's epilogue.
constexpr std::int32_t kAddsShortcut = 1, kHasRelu = 2;

/// Pixels per invocation: as many as registers reward, but enough invocations must remain to fill the device.
int pixelsPerInvocation(int pixelCount, int outBlocks, std::uint32_t wantedInvocations)
{
    constexpr std::array kPixels{14, 4};
    for (const int pixels : kPixels)
        if (std::uint32_t((pixelCount + pixels - 1) / pixels * outBlocks) >= wantedInvocations)
            return pixels;
    return 1;
}

} // namespace

std::string recordConvolution(const Recording &to, const Step &step)
{
    using vulkan::Binding;
    const DeviceConvolution &weights = to.weights.convolution(step.op);
    const PackedConvolution &packed = weights.shape;
    const Shape in = to.shapeOf(step.inputs[0]), out = to.plan.outputShape(step);
    const int pixelCount = out.n * int(out.planeCount());
    const bool isSoftware = to.kernels.context().facts().kind == vulkan::DeviceKind::Cpu;
    const int pixels = pixelsPerInvocation(pixelCount, packed.outBlocks(), isSoftware ? 64 : 16384);
    const bool hasShortcut = step.shortcut >= 0;

    const vulkan::Kernel &kernel = to.kernels.kernel(
        {"conv2d",
         {Binding::Texels, Binding::Texels, Binding::Texels, Binding::Texels, Binding::Storage, Binding::Storage},
         sizeof(Conv2dPush),
         {to.kernels.localSize(), std::uint32_t(pixels), std::uint32_t(packed.outQuads)}});
    const Conv2dPush push{packed.inQuadsPerGroup(),
                          packed.outQuadsTotal(),
                          (in.c + 3) / 4,
                          packed.outBlocksPerGroup(),
                          in.h,
                          in.w,
                          out.h,
                          out.w,
                          packed.op.kernel,
                          packed.op.stride,
                          packed.op.padding,
                          pixelCount,
                          (pixelCount + pixels - 1) / pixels,
                          packed.outBlocks(),
                          step.block,
                          (hasShortcut ? kAddsShortcut : 0) | (step.hasRelu ? kHasRelu : 0)};
    const vulkan::Buffer &x = to.bufferOf(step.inputs[0]);
    // Without a shortcut its binding is not read; x stands in.
    const std::array buffers{
        &x,         &weights.weights,         &weights.bias, hasShortcut ? &to.bufferOf(step.shortcut) : &x,
        &to.scales, &to.bufferOf(step.output)};
    to.recorder.dispatch(kernel, buffers, push, std::uint32_t(push.pixelBlocks * push.outBlocks));
    return "conv2d " + std::to_string(packed.op.kernel) + "x" + std::to_string(packed.op.kernel) + " " +
           std::to_string(pixels) + "x" + std::to_string(4 * packed.outQuads);
}

} // namespace reslens::engine
