// Backward kernels that work element by element, or on a plane or a window.
#include "engine/kernels/record.h"

namespace reslens::engine {

namespace {

/// The index of the step's factor among the scales; -1: the factor is 1.
int placeOf(const Step &step)
{
    return step.factor == Factor::One ? -1 : 2 * step.block + (step.factor == Factor::Beta ? 1 : 0);
}

} // namespace

std::string recordReluGradient(const Recording &to, const Step &step)
{
    return recordShader(to, "relu_backward",
                        {&to.buffer(step.operand), &to.buffer(step.reads[0]), &to.buffer(step.writes)},
                        shaders::PeriodicPush{to.texels(step.writes), to.texels(step.operand)});
}

std::string recordActivateGradient(const Recording &to, const Step &step)
{
    const auto &op = to.op<nn::Activate>(step);
    return recordShader(to, "activate_backward",
                        {&to.buffer(step.operand), &to.buffer(step.reads[0]), &to.buffer(step.writes)},
                        shaders::ActivatePush{to.texels(step.writes), to.texels(step.operand), op.slope},
                        {op.kind == nn::Activate::Kind::Silu});
}

std::string recordScaledGradient(const Recording &to, const Step &step)
{
    return recordShader(to, "scale", {&to.buffer(step.reads[0]), &to.scales, &to.buffer(step.writes)},
                        shaders::FactorPush{to.texels(step.writes), placeOf(step)});
}

std::string recordSum(const Recording &to, const Step &step)
{
    return recordShader(to, "sum", {&to.buffer(step.reads[0]), &to.buffer(step.reads[1]), &to.buffer(step.writes)},
                        shaders::CountPush{to.texels(step.writes)});
}

std::string recordPathSum(const Recording &to, const Step &step)
{
    const int count = to.texels(step.writes);
    return recordShader(to, "path_sum", {&to.buffer(step.reads[0]), &to.buffer(step.reads[1]), &to.buffer(step.writes)},
                        shaders::PeriodicPush{count, count / to.shape(step.writes).n});
}

std::string recordAveragePoolGradient(const Recording &to, const Step &step)
{
    const auto &op = to.op<nn::AveragePool>(step);
    const Shape x = to.shape(step.writes), y = to.shape(step.reads[0]);
    return recordShader(to, "average_pool", {&to.buffer(step.reads[0]), &to.buffer(step.writes)},
                        shaders::PoolPush{to.texels(step.writes), x.h, x.w, y.h, y.w, op.padding},
                        {std::uint32_t(op.kernel), std::uint32_t(op.stride), op.countsPadding, true});
}

std::string recordBlurPoolGradient(const Recording &to, const Step &step)
{
    const auto &op = to.op<nn::BlurPool>(step);
    const Shape x = to.shape(step.writes), y = to.shape(step.reads[0]);
    return recordShader(to, "blur_pool", {&to.buffer(step.reads[0]), &to.buffer(step.writes)},
                        shaders::PoolPush{to.texels(step.writes), x.h, x.w, y.h, y.w, op.window().padding},
                        {std::uint32_t(op.kernel), std::uint32_t(op.stride), true});
}

std::string recordGlobalAveragePoolGradient(const Recording &to, const Step &step)
{
    return recordShader(to, "global_average_pool_backward", {&to.buffer(step.reads[0]), &to.buffer(step.writes)},
                        shaders::PeriodicPush{to.texels(step.writes), int(to.shape(step.writes).planeCount())});
}

std::string recordSoftmaxGradient(const Recording &to, const Step &step)
{
    const Shape shape = to.shape(step.writes);
    return recordShader(to, "softmax_backward",
                        {&to.buffer(step.operand), &to.buffer(step.reads[0]), &to.buffer(step.writes)},
                        shaders::ClassesPush{to.texels(step.writes), shape.c});
}

std::string recordZeroPadGradient(const Recording &to, const Step &step)
{
    const auto &op = to.op<nn::ZeroPadShortcut>(step);
    const Shape x = to.shape(step.writes), s = to.shape(step.reads[0]);
    const shaders::ZeroPadPush push{
        to.texels(step.writes), x.c, op.channelsBefore(), (s.c + 3) / 4, x.h, x.w, s.h, s.w, op.stride, placeOf(step)};
    return recordShader(to, "zero_pad_shortcut_backward",
                        {&to.buffer(step.reads[0]), &to.scales, &to.buffer(step.writes)}, push);
}

std::string recordMaxPoolGradient(const Recording &to, const Step &step)
{
    const auto &op = to.op<nn::MaxPool>(step);
    const Shape x = to.shape(step.writes), y = to.shape(step.reads[0]);
    const auto blocksOf = [&](int extent) { return (extent + op.padding + op.stride - 1) / op.stride; };
    const int rows = blocksOf(x.h), columns = blocksOf(x.w);
    const shaders::MaxPoolBackwardPush push{
        x.n * ((x.c + 3) / 4) * rows * columns, x.h, x.w, y.h, y.w, op.padding, rows, columns};
    return recordShader(to, "max_pool_backward",
                        {&to.buffer(step.operand), &to.buffer(step.reads[0]), &to.buffer(step.writes)}, push,
                        {std::uint32_t(op.kernel), std::uint32_t(op.stride)});
}

} // namespace reslens::engine
