#include "engine/kernels/convolve.h"
#include "engine/kernels/record.h"

namespace reslens::engine {

std::string recordConvolution(const Recording &to, const Step &step)
{
    constexpr std::int32_t kAddsShortcut = 1, kHasRelu = 2; // conv2d.comp's epilogue
    const bool hasShortcut = step.shortcut >= 0;
    const vulkan::Buffer &x = to.bufferOf(step.inputs[0]);
    const Convolving what{Direction::Forward,
                          to.weights,
                          step.op,
                          to.shapeOf(step.inputs[0]),
                          to.plan.outputShape(step),
                          step.block,
                          (hasShortcut ? kAddsShortcut : 0) | (step.hasRelu ? kHasRelu : 0)};
    const vulkan::Buffer &operand = hasShortcut ? to.bufferOf(step.shortcut) : x;
    return recordConvolving(to.kernels, to.recorder, what, {x, operand, to.scales, to.bufferOf(step.output)});
}

} // namespace reslens::engine
