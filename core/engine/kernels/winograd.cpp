#include "engine/winograd.h"
#include "engine/kernels/convolve.h"
#include "interface.h"

#include <array>

namespace reslens::engine {

std::string recordWinograd(KernelStore &kernels, vulkan::Recorder &recorder, const Convolving &what,
                           const ConvolvingBuffers &buffers, TeamKind kind)
{
    const DeviceConvolution &convolution = what.convolution();
    const nn::Conv2d &op = convolution.shape.op;
    const Shape out = what.out;
    const winograd::Tiles tiles = winograd::tilesOf(out);
    const Team team = makeTeam(kind, kernels.context().facts());
    const int tileCount = out.n * tiles.rows * tiles.columns;
    const shaders::WinogradPush push{{out.h, out.w},
                                     {tiles.rows, tiles.columns},
                                     tileCount,
                                     team.roundedUp(tileCount),
                                     convolution.shape.inQuadsPerGroup(),
                                     convolution.shape.outQuadsTotal(),
                                     winograd::outBlocks(op),
                                     what.block,
                                     what.epilogue};
    const char *shader = what.direction == Direction::Forward ? "winograd" : "winograd_backward_input";
    const vulkan::Kernel &kernel = kernels.kernel(
        team.flavour(shader), {std::uint32_t(team.size), std::uint32_t(winograd::kPlaces * winograd::kOutQuads * 4)});
    const std::shared_ptr<const vulkan::Buffer> weights = what.weights.winograd(what.layer);
    recorder.keepAlive(weights);
    const std::array bound{&buffers.x, weights.get(), &convolution.bias, &buffers.operand, &buffers.scales, &buffers.y};
    recorder.dispatch(kernel, bound, push, std::uint32_t(push.teamTiles * push.outBlocks));
    return std::string(shader) + " 4x4" + (team.kind == kernels.team().kind ? "" : team.flavour(""));
}

} // namespace reslens::engine
