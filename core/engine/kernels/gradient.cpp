#include "engine/kernels/gradient.h"

#include "engine/kernels/convolve.h"

#include <algorithm>
#include <array>
#include <utility>

namespace reslens::engine {

namespace {

using vulkan::Binding;
using Kind = GradientStep::Kind;

// Bits of the epilogues of conv2d_backward_input.comp and conv2d_backward_weights.comp.
constexpr std::int32_t kAlpha = 1, kBeta = 2, kMasks = 4, kSharesMask = 8;

std::int32_t factorBits(Factor factor)
{
    return factor == Factor::Alpha ? kAlpha : factor == Factor::Beta ? kBeta : 0;
}

std::uint32_t texelsOf(Shape shape)
{
    return std::uint32_t(packedTexels(shape) - 1);
}

/// One image's activations can mask the gradients of many (one for each path length).
bool sharesMask(const GradientRecording &to, int layer, int slot)
{
    return to.forward.shapes[layer].n != to.slotShape(slot).n;
}

struct CountPush {
    std::uint32_t count;
    std::int32_t extra; // a block, a plane's size
};

/// Texels in, texels or storage in between, one storage buffer out. Returns the kernel's name.
template <typename Push, std::size_t kCount>
std::string recordElementwise(const GradientRecording &to, const char *shader,
                              const std::array<const vulkan::Buffer *, kCount> &buffers, const Push &push,
                              std::uint32_t count, Binding second = Binding::Texels,
                              std::vector<std::uint32_t> constants = {})
{
    std::vector<Binding> bindings(kCount, Binding::Texels);
    if (kCount == 3)
        bindings[1] = second;
    bindings.back() = Binding::Storage;
    constants.insert(constants.begin(), to.kernels.localSize());
    to.recorder.dispatch(to.kernels.kernel({shader, std::move(bindings), sizeof(push), std::move(constants)}), buffers,
                         push, count);
    return shader;
}

std::string recordConvolution(const GradientRecording &to, const GradientStep &step)
{
    const vulkan::Buffer &from = to.gradient(step.from);
    const bool isMasked = step.mask >= 0;
    Convolving what{Direction::Backward,     to.transposed,         step.layer,
                    to.slotShape(step.from), to.slotShape(step.to), step.block,
                    factorBits(step.factor)};
    if (isMasked)
        what.epilogue |= kMasks | (sharesMask(to, step.mask, step.to) ? kSharesMask : 0);
    return recordConvolving(to.kernels, to.recorder, what,
                            {from, isMasked ? to.output(step.mask) : from, to.scales, to.gradient(step.to)});
}

std::string recordMask(const GradientRecording &to, const GradientStep &step)
{
    const CountPush push{texelsOf(to.slotShape(step.to)), std::int32_t(texelsOf(to.forward.shapes[step.layer]))};
    const std::array buffers{&to.output(step.layer), &to.gradient(step.from), &to.gradient(step.to)};
    return recordElementwise(to, "relu_backward", buffers, push, push.count);
}

std::string recordScale(const GradientRecording &to, const GradientStep &step)
{
    const CountPush push{texelsOf(to.slotShape(step.to)), step.block};
    const std::array buffers{&to.gradient(step.from), &to.scales, &to.gradient(step.to)};
    return recordElementwise(to, "scale", buffers, push, push.count, Binding::Storage);
}

std::string recordSum(const GradientRecording &to, const GradientStep &step)
{
    const std::uint32_t count = texelsOf(to.slotShape(step.to));
    const std::array buffers{&to.gradient(step.from), &to.gradient(step.other), &to.gradient(step.to)};
    return recordElementwise(to, "sum", buffers, count, count);
}

std::string recordPathSum(const GradientRecording &to, const GradientStep &step)
{
    Shape image = to.slotShape(step.to);
    image.n = 1;
    const CountPush push{texelsOf(to.slotShape(step.to)), std::int32_t(texelsOf(image))};
    const std::array buffers{&to.gradient(step.from), &to.gradient(step.other), &to.gradient(step.to)};
    return recordElementwise(to, "path_sum", buffers, push, push.count);
}

std::string recordSpread(const GradientRecording &to, const GradientStep &step)
{
    const Shape shape = to.slotShape(step.to);
    const CountPush push{texelsOf(shape), std::int32_t(shape.planeCount())};
    const std::array buffers{&to.gradient(step.from), &to.gradient(step.to)};
    return recordElementwise(to, "global_average_pool_backward", buffers, push, push.count);
}

std::string recordZeroPad(const GradientRecording &to, const GradientStep &step)
{
    struct Push {
        std::uint32_t count;
        std::int32_t channels, before, outQuads, height, width, outHeight, outWidth, stride, block;
    };
    const auto &op = std::get<nn::ZeroPadShortcut>(to.network.layers[step.layer].op);
    const Shape x = to.slotShape(step.to), s = to.slotShape(step.from);
    const Push push{texelsOf(x), x.c,       (op.channelsOut - op.channelsIn) / 2, (s.c + 3) / 4, x.h, x.w, s.h, s.w,
                    op.stride,   step.block};
    const std::array buffers{&to.gradient(step.from), &to.scales, &to.gradient(step.to)};
    return recordElementwise(to, "zero_pad_shortcut_backward", buffers, push, push.count, Binding::Storage);
}

std::string recordMaxPool(const GradientRecording &to, const GradientStep &step)
{
    struct Push {
        std::uint32_t count;
        std::int32_t height, width, outHeight, outWidth, padding, rows, columns;
    };
    const nn::Layer &layer = to.network.layers[step.layer];
    const auto &op = std::get<nn::MaxPool>(layer.op);
    const Shape x = to.slotShape(step.to), y = to.slotShape(step.from);
    const auto blocksOf = [&](int extent) { return (extent + op.padding + op.stride - 1) / op.stride; };
    const int rows = blocksOf(x.h), columns = blocksOf(x.w);
    const Push push{
        std::uint32_t(x.n * ((x.c + 3) / 4) * rows * columns), x.h, x.w, y.h, y.w, op.padding, rows, columns};
    const std::array buffers{&to.output(layer.inputs[0]), &to.gradient(step.from), &to.gradient(step.to)};
    return recordElementwise(to, "max_pool_backward", buffers, push, push.count, Binding::Texels,
                             {std::uint32_t(op.kernel), std::uint32_t(op.stride)});
}

} // namespace

std::string recordGradient(const GradientRecording &to, const GradientStep &step)
{
    using Record = std::string (*)(const GradientRecording &, const GradientStep &);
    static constexpr std::pair<Kind, Record> kRecords[] = {
        {Kind::Convolution, recordConvolution},
        {Kind::Mask, recordMask},
        {Kind::Scale, recordScale},
        {Kind::Sum, recordSum},
        {Kind::Spread, recordSpread},
        {Kind::ZeroPad, recordZeroPad},
        {Kind::MaxPool, recordMaxPool},
        {Kind::PathSum, recordPathSum},
    };
    return std::ranges::find(kRecords, step.kind, &std::pair<Kind, Record>::first)->second(to, step);
}

std::string recordWeightGradient(const GradientRecording &to, const WeightStep &step, const WeightGradientForm &form,
                                 const vulkan::Buffer &result)
{
    const int source = to.network.layers[step.layer].inputs[0];
    return recordWeightGradient(to.kernels, to.recorder, form, {std::max(step.block, 0), factorBits(step.factor)},
                                {to.output(source), to.gradient(step.from), to.scales, result});
}

} // namespace reslens::engine
