#include "engine/kernels/convolve.h"

#include <array>

namespace reslens::engine {

namespace {

/// convolve.glsl's push block.
struct Push {
    std::int32_t inQuads, outQuads, inQuadsTotal, outBlocksPerGroup;
    std::int32_t height, width, outHeight, outWidth;
    std::int32_t kernel, stride, padding;
    std::int32_t pixelCount, pixelBlocks, outBlocks;
    std::int32_t block, epilogue;
};
static_assert(sizeof(Push) == 64);

/// Pixels per invocation: as many as registers reward, but enough invocations must remain to fill the device. Few
/// different numbers, since each is a pipeline to compile.
int pixelsPerInvocation(int pixelCount, int outBlocks, vulkan::DeviceKind device)
{
    const int wanted = device == vulkan::DeviceKind::Cpu ? 64 : 16384;
    constexpr std::array kPixels{14, 4};
    for (const int pixels : kPixels)
        if ((pixelCount + pixels - 1) / pixels * outBlocks >= wanted)
            return pixels;
    return 1;
}

} // namespace

std::string recordConvolving(KernelStore &kernels, vulkan::Recorder &recorder, const Convolving &what,
                             const ConvolvingBuffers &buffers)
{
    using vulkan::Binding;
    const PackedConvolution &packed = what.weights.shape;
    const Shape in = what.in, out = what.out;
    const int pixelCount = out.n * int(out.planeCount());
    const int pixels = pixelsPerInvocation(pixelCount, packed.outBlocks(), kernels.context().facts().kind);
    const vulkan::Kernel &kernel = kernels.kernel(
        {what.shader,
         {Binding::Texels, Binding::Texels, Binding::Texels, Binding::Texels, Binding::Storage, Binding::Storage},
         sizeof(Push),
         {kernels.localSize(), std::uint32_t(pixels), std::uint32_t(packed.outQuads)}});
    Push push{};
    push.inQuads = packed.inQuadsPerGroup();
    push.outQuads = packed.outQuadsTotal();
    push.inQuadsTotal = (in.c + 3) / 4;
    push.outBlocksPerGroup = packed.outBlocksPerGroup();
    push.height = in.h;
    push.width = in.w;
    push.outHeight = out.h;
    push.outWidth = out.w;
    push.kernel = packed.op.kernel;
    push.stride = packed.op.stride;
    push.padding = packed.op.padding;
    push.pixelCount = pixelCount;
    push.pixelBlocks = (pixelCount + pixels - 1) / pixels;
    push.outBlocks = packed.outBlocks();
    push.block = what.block;
    push.epilogue = what.epilogue;
    const std::array bound{&buffers.x,       &what.weights.weights, &what.weights.bias,
                           &buffers.operand, &buffers.scales,       &buffers.y};
    recorder.dispatch(kernel, bound, push, std::uint32_t(push.pixelBlocks * push.outBlocks));
    return std::string(what.shader) + " " + std::to_string(push.kernel) + "x" + std::to_string(push.kernel) + " " +
           std::to_string(pixels) + "x" + std::to_string(4 * packed.outQuads);
}

} // namespace reslens::engine
