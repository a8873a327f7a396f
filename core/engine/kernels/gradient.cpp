// Gradients that are computed element by element, or from a plane or a window.
#include "engine/kernels/record.h"

namespace reslens::engine {

namespace {

struct CountPush {
    std::uint32_t count;
    std::int32_t extra; // a plane's or an image's size, a factor's place
};

/// Of the step's factor among the scales; -1: it is 1.
std::int32_t placeOf(const Step &step)
{
    return step.factor == Factor::One ? -1 : 2 * step.block + (step.factor == Factor::Beta ? 1 : 0);
}

} // namespace

std::string recordReluGradient(const Recording &to, const Step &step)
{
    return recordShader(
        to, "relu_backward",
        {texels(to.buffer(step.operand)), texels(to.buffer(step.reads[0])), storage(to.buffer(step.writes))},
        CountPush{to.texels(step.writes), std::int32_t(to.texels(step.operand))});
}

std::string recordScaledGradient(const Recording &to, const Step &step)
{
    return recordShader(to, "scale",
                        {texels(to.buffer(step.reads[0])), storage(to.scales), storage(to.buffer(step.writes))},
                        CountPush{to.texels(step.writes), placeOf(step)});
}

std::string recordSum(const Recording &to, const Step &step)
{
    struct Push {
        std::uint32_t count;
    };
    return recordShader(
        to, "sum",
        {texels(to.buffer(step.reads[0])), texels(to.buffer(step.reads[1])), storage(to.buffer(step.writes))},
        Push{to.texels(step.writes)});
}

std::string recordPathSum(const Recording &to, const Step &step)
{
    const std::uint32_t count = to.texels(step.writes);
    return recordShader(
        to, "path_sum",
        {texels(to.buffer(step.reads[0])), texels(to.buffer(step.reads[1])), storage(to.buffer(step.writes))},
        CountPush{count, std::int32_t(count / std::uint32_t(to.shape(step.writes).n))});
}

std::string recordAveragePoolGradient(const Recording &to, const Step &step)
{
    return recordShader(to, "global_average_pool_backward",
                        {texels(to.buffer(step.reads[0])), storage(to.buffer(step.writes))},
                        CountPush{to.texels(step.writes), std::int32_t(to.shape(step.writes).planeCount())});
}

std::string recordSoftmaxGradient(const Recording &to, const Step &step)
{
    struct Push {
        std::uint32_t count;
        std::int32_t classes;
    };
    const Shape shape = to.shape(step.writes);
    return recordShader(
        to, "softmax_backward",
        {texels(to.buffer(step.operand)), texels(to.buffer(step.reads[0])), storage(to.buffer(step.writes))},
        Push{to.texels(step.writes), shape.c});
}

std::string recordZeroPadGradient(const Recording &to, const Step &step)
{
    struct Push {
        std::uint32_t count;
        std::int32_t channels, before, outQuads, height, width, outHeight, outWidth, stride, factor;
    };
    const auto &op = to.op<nn::ZeroPadShortcut>(step);
    const Shape x = to.shape(step.writes), s = to.shape(step.reads[0]);
    const Push push{
        to.texels(step.writes), x.c, (op.channelsOut - op.channelsIn) / 2, (s.c + 3) / 4, x.h, x.w, s.h, s.w, op.stride,
        placeOf(step)};
    return recordShader(to, "zero_pad_shortcut_backward",
                        {texels(to.buffer(step.reads[0])), storage(to.scales), storage(to.buffer(step.writes))}, push);
}

std::string recordMaxPoolGradient(const Recording &to, const Step &step)
{
    struct Push {
        std::uint32_t count;
        std::int32_t height, width, outHeight, outWidth, padding, rows, columns;
    };
    const auto &op = to.op<nn::MaxPool>(step);
    const Shape x = to.shape(step.writes), y = to.shape(step.reads[0]);
    const auto blocksOf = [&](int extent) { return (extent + op.padding + op.stride - 1) / op.stride; };
    const int rows = blocksOf(x.h), columns = blocksOf(x.w);
    const Push push{
        std::uint32_t(x.n * ((x.c + 3) / 4) * rows * columns), x.h, x.w, y.h, y.w, op.padding, rows, columns};
    return recordShader(
        to, "max_pool_backward",
        {texels(to.buffer(step.operand)), texels(to.buffer(step.reads[0])), storage(to.buffer(step.writes))}, push,
        {std::uint32_t(op.kernel), std::uint32_t(op.stride)});
}

} // namespace reslens::engine
