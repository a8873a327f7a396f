#include "engine/kernels/winograd.h"

#include "engine/plan.h"
#include "engine/winograd.h"

#include <array>

namespace reslens::engine {

namespace {

using vulkan::Binding;

struct Tiled {
    std::int32_t count; // invocations: a quad of channels of a tile each
    std::int32_t quads, height, width, tileRows, tileColumns;

    explicit Tiled(Shape shape) : quads((shape.c + 3) / 4), height(shape.h), width(shape.w)
    {
        const Shape tiles = winograd::middleShape(shape);
        tileRows = tiles.h;
        tileColumns = tiles.w;
        count = shape.n * quads * tileRows * tileColumns;
    }
};

std::string recordWinograd(KernelStore &kernels, vulkan::Recorder &recorder, const Convolving &what,
                           const ConvolvingBuffers &buffers, const WinogradNeeds &needs)
{
    const Shape in = winograd::middleShape(what.in), out = winograd::middleShape(what.out);
    const vulkan::Buffer &v = needs.scratch.buffer(0, packedTexels(in)),
                         &m = needs.scratch.buffer(1, packedTexels(out));

    const Tiled input(what.in);
    const std::array inputBuffers{&buffers.x, &v};
    recorder.dispatch(
        kernels.kernel({"winograd_input", {Binding::Texels, Binding::Storage}, sizeof(Tiled), {kernels.localSize()}}),
        inputBuffers, input, std::uint32_t(input.count));

    const Convolving middle{"conv2d", Direction::Forward, needs.weights.winograd(needs.layer), in, out, -1, 0};
    const std::string name = recordConvolving(kernels, recorder, middle, {v, v, buffers.scales, m});

    struct Push {
        Tiled tiled;
        std::int32_t block, epilogue;
    };
    const Push output{Tiled(what.out), what.block, what.epilogue};
    const std::array outputBuffers{&m, &what.weights.bias, &buffers.operand, &buffers.scales, &buffers.y};
    recorder.dispatch(
        kernels.kernel({"winograd_output",
                        {Binding::Texels, Binding::Texels, Binding::Texels, Binding::Storage, Binding::Storage},
                        sizeof(Push),
                        {kernels.localSize()}}),
        outputBuffers, output, std::uint32_t(output.tiled.count));
    return "winograd 4x4 " + name;
}

} // namespace

std::string recordChosen(KernelStore &kernels, vulkan::Recorder &recorder, const Convolving &what,
                         const ConvolvingBuffers &buffers, const KernelChoice &choice, const WinogradNeeds &needs)
{
    return choice.isWinograd ? recordWinograd(kernels, recorder, what, buffers, needs)
                             : recordConvolving(kernels, recorder, what, buffers, choice);
}

} // namespace reslens::engine
