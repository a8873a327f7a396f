#include "engine/kernels/record.h"
#include "engine/kernels/winograd.h"

namespace reslens::engine {

std::string recordConvolution(const Recording &to, const Step &step)
{
    constexpr std::int32_t kAddsShortcut = 1, kHasRelu = 2; // conv2d.comp's epilogue
    const bool hasShortcut = step.shortcut >= 0;
    const vulkan::Buffer &x = to.bufferOf(step.inputs[0]);
    const Convolving what{"conv2d",
                          Direction::Forward,
                          to.weights.convolution(step.op),
                          to.shapeOf(step.inputs[0]),
                          to.plan.outputShape(step),
                          step.block,
                          (hasShortcut ? kAddsShortcut : 0) | (step.hasRelu ? kHasRelu : 0)};
    const vulkan::Buffer &operand = hasShortcut ? to.bufferOf(step.shortcut) : x;
    const KernelChoice choice =
        to.kernels.choiceFor({what.shader, what.weights.shape, what.in, what.out, what.weights.format});
    return recordChosen(to.kernels, to.recorder, what, {x, operand, to.scales, to.bufferOf(step.output)}, choice,
                        {to.weights, step.op, to.scratch});
}

} // namespace reslens::engine
