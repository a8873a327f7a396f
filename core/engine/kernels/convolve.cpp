#include "engine/kernels/convolve.h"

#include <array>
#include <span>

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

/// Pixels per invocation, of a few, since each is a pipeline to compile; the best first.
std::span<const int> tiles(const PackedConvolution &packed, vulkan::DeviceKind device)
{
    static constexpr std::array kWide{7, 5, 2}, kNarrow{14, 7, 2}, kGpu{4, 2, 1};
    if (device != vulkan::DeviceKind::Cpu)
        return kGpu;
    return packed.outQuads > 4 ? std::span<const int>(kWide) : kNarrow;
}

/// As many pixels as registers reward, but enough invocations must remain to fill the device, and few of them may stand
/// idle at the end of a team.
int pixelsPerInvocation(int pixelCount, const PackedConvolution &packed, const Team &team, vulkan::DeviceKind device)
{
    const int wanted = device == vulkan::DeviceKind::Cpu ? 64 : 16384;
    // What a smaller tile costs more for every pixel.
    constexpr double kSmaller = 1.07;
    int best = 1;
    double least = 1e300, price = 1;
    for (const int pixels : tiles(packed, device)) {
        const int blocks = team.roundedUp((pixelCount + pixels - 1) / pixels);
        if (blocks * packed.outBlocks() >= wanted && double(blocks) * pixels * price < least) {
            best = pixels;
            least = double(blocks) * pixels * price;
        }
        price *= kSmaller;
    }
    return best;
}

} // namespace

std::string recordConvolving(KernelStore &kernels, vulkan::Recorder &recorder, const Convolving &what,
                             const ConvolvingBuffers &buffers)
{
    using vulkan::Binding;
    const PackedConvolution &packed = what.weights.shape;
    const Shape in = what.in, out = what.out;
    const int pixelCount = out.n * int(out.planeCount());
    const Team team = kernels.team();
    const int pixels = pixelsPerInvocation(pixelCount, packed, team, kernels.context().facts().kind);
    const vulkan::Kernel &kernel = kernels.kernel(
        {team.flavour(what.shader),
         {Binding::Texels, Binding::Texels, Binding::Texels, Binding::Texels, Binding::Storage, Binding::Storage},
         sizeof(Push),
         {kernels.localSize(), std::uint32_t(team.size), std::uint32_t(4 * packed.outQuads), std::uint32_t(pixels)}});
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
    push.pixelBlocks = team.roundedUp((pixelCount + pixels - 1) / pixels);
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
