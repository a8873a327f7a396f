#include "engine/kernels/convolve.h"

#include "engine/kernels/record.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace reslens::engine {

namespace {

/// Along one axis: the pixels of y to compute, where their windows begin in x, and the taps that they meet.
struct Axis {
    std::int32_t grid, outFirst, origin, firstTap, taps;
};

Axis forwardAxis(const nn::Window &window, int outputs)
{
    return {outputs, 0, window.first(0), 0, window.kernel};
}

/// The distance between two consecutive taps that a residue of the stride meets, and their distance in the tensor that
/// is read.
struct TransposedStep {
    int taps, pixels;

    explicit TransposedStep(const nn::Window &window)
        : taps(window.stride / std::gcd(window.stride, window.dilation)),
          pixels(window.dilation / std::gcd(window.stride, window.dilation))
    {
    }
};

/// For the pixels h = first, first + stride, ...: h + padding = q * stride + r * dilation holds for every
/// TransposedStep::taps-th tap r, or for none.
Axis transposedAxis(const nn::Window &window, int extent, int first)
{
    const int stride = window.stride, place = first + window.padding, step = TransposedStep(window).taps;
    int tap = 0;
    while (tap < step && (place - tap * window.dilation) % stride != 0)
        ++tap;
    const int taps = tap < step ? std::max(window.kernel - tap + step - 1, 0) / step : 0;
    return {(extent - first + stride - 1) / stride, first, (place - tap * window.dilation) / stride, tap, taps};
}

const char *shaderOf(Direction direction)
{
    return direction == Direction::Forward ? "conv2d" : "conv2d_backward_input";
}

std::string recordDirect(KernelStore &kernels, vulkan::Recorder &recorder, const Convolving &what,
                         const ConvolvingBuffers &buffers, const KernelChoice &choice)
{
    const DeviceConvolution &convolution = what.convolution();
    const PackedConvolution &packed = convolution.shape;
    const nn::Conv2d &op = packed.op;
    const Shape in = what.in, out = what.out;
    const Team team = makeTeam(choice.team, kernels.context().facts());
    const int pixels = choice.tile;
    const std::string shader = shaderOf(what.direction);
    const nn::Window window = op.window();
    const bool isForward = what.direction == Direction::Forward;

    shaders::ConvolvePush push{};
    push.size = {in.h, in.w};
    push.outSize = {out.h, out.w};
    const TransposedStep transposed(window);
    push.outStep = isForward ? 1 : window.stride;
    push.tapStep = isForward ? 1 : transposed.taps;
    push.originStep = isForward ? window.stride : 1;
    push.kernel = op.kernel;
    push.inQuads = packed.inQuadsPerGroup();
    push.outQuads = packed.outQuadsTotal();
    push.inQuadsTotal = (in.c + 3) / 4;
    push.outBlocksPerGroup = packed.outBlocksPerGroup();
    push.outBlocks = packed.outBlocks();
    push.block = what.block;
    push.epilogue = what.epilogue;
    const std::array bound{&buffers.x,       &convolution.weights, &convolution.bias,
                           &buffers.operand, &buffers.scales,      &buffers.y};

    const auto dispatch = [&](const Axis &h, const Axis &w) {
        push.grid = {h.grid, w.grid};
        push.outFirst = {h.outFirst, w.outFirst};
        push.origin = {h.origin, w.origin};
        push.firstTap = {h.firstTap, w.firstTap};
        push.taps = {h.taps, w.taps};
        push.pixelCount = out.n * h.grid * w.grid;
        push.pixelBlocks = team.roundedUp((push.pixelCount + pixels - 1) / pixels);
        const vulkan::Kernel &kernel =
            kernels.kernel(team.flavour(shader), {std::uint32_t(team.size), std::uint32_t(4 * packed.outQuads),
                                                  std::uint32_t(pixels), std::uint32_t(window.isPointwise()),
                                                  std::uint32_t(isForward ? window.dilation : transposed.pixels)});
        recorder.dispatch(kernel, bound, push, std::uint32_t(push.pixelBlocks * push.outBlocks));
    };
    if (isForward)
        dispatch(forwardAxis(window, out.h), forwardAxis(window, out.w));
    else
        for (int h = 0; h < std::min(op.stride, out.h); ++h)
            for (int w = 0; w < std::min(op.stride, out.w); ++w)
                dispatch(transposedAxis(window, out.h, h), transposedAxis(window, out.w, w));
    return shader + " " + std::to_string(op.kernel) + "x" + std::to_string(op.kernel) + " " + std::to_string(pixels) +
           "x" + std::to_string(4 * packed.outQuads) + (team.kind == kernels.team().kind ? "" : team.flavour(""));
}

} // namespace

ConvolutionTask Convolving::task() const
{
    return {shaderOf(direction), convolution().shape, in, out, convolution().format};
}

std::string recordConvolving(KernelStore &kernels, vulkan::Recorder &recorder, const Convolving &what,
                             const ConvolvingBuffers &buffers, std::optional<KernelChoice> choice)
{
    if (!choice)
        choice = kernels.choiceFor(what.task());
    return choice->isWinograd ? recordWinograd(kernels, recorder, what, buffers, choice->team)
                              : recordDirect(kernels, recorder, what, buffers, *choice);
}

std::string recordConvolution(const Recording &to, const Step &step)
{
    const bool hasShortcut = step.operand >= 0;
    const vulkan::Buffer &x = to.buffer(step.reads[0]);
    const Convolving what{Direction::Forward,
                          to.weights,
                          step.layer,
                          to.shape(step.reads[0]),
                          to.shape(step.writes),
                          step.block,
                          (hasShortcut ? shaders::kAddsShortcut : 0) | (step.hasRelu ? shaders::kHasRelu : 0)};
    const vulkan::Buffer &operand = hasShortcut ? to.buffer(step.operand) : x;
    return recordConvolving(to.kernels, to.recorder, what, {x, operand, to.scales, to.buffer(step.writes)});
}

std::int32_t factorBits(Factor factor)
{
    return factor == Factor::Alpha ? shaders::kAlpha : factor == Factor::Beta ? shaders::kBeta : 0;
}

std::string recordConvolutionGradient(const Recording &to, const Step &step)
{
    const vulkan::Buffer &from = to.buffer(step.reads[0]);
    const bool isMasked = step.operand >= 0;
    Convolving what{
        Direction::Backward,    to.weights, step.layer, to.shape(step.reads[0]), to.shape(step.writes), step.block,
        factorBits(step.factor)};
    if (isMasked) // one image's activations can mask the gradients of many (one for each path length)
        what.epilogue |= shaders::kMasks | (to.shape(step.operand).n != what.out.n ? shaders::kSharesMask : 0);
    return recordConvolving(to.kernels, to.recorder, what,
                            {from, isMasked ? to.buffer(step.operand) : from, to.scales, to.buffer(step.writes)});
}

} // namespace reslens::engine
