#include "engine/kernels/convolve.h"
#include "engine/kernels/record.h"

#include <algorithm>
#include <array>

namespace reslens::engine {

std::string recordWeightGradient(KernelStore &kernels, vulkan::Recorder &recorder, const WeightGradientForm &form,
                                 int block, std::int32_t epilogue, const WeightGradientBuffers &buffers)
{
    const WeightGradientLayout &layout = form.layout;
    const Shape x = layout.x, gy = layout.gy;
    const nn::Conv2d &op = layout.op;
    const Team team = makeTeam(form.team, kernels.context().facts());
    const int cells = team.roundedUp(layout.cells());
    const shaders::BackwardWeightsPush push{layout.inQuadsPerGroup(),
                                            layout.outQuadsTotal(),
                                            (x.c + 3) / 4,
                                            layout.outBlocksPerGroup(),
                                            layout.outBlocks(),
                                            layout.inBlocks(),
                                            x.h,
                                            x.w,
                                            gy.h,
                                            gy.w,
                                            op.kernel,
                                            op.stride,
                                            op.padding,
                                            op.dilation,
                                            layout.rows(),
                                            layout.chunks,
                                            cells,
                                            block,
                                            epilogue};
    const vulkan::Kernel &kernel = kernels.kernel(
        team.flavour("conv2d_backward_weights"),
        {std::uint32_t(team.size), std::uint32_t(shaders::kRun * layout.outQuads), std::uint32_t(layout.inQuads)});
    const std::array bound{&buffers.x, &buffers.gy, &buffers.scales, &buffers.gw};
    recorder.dispatch(kernel, bound, push, std::uint32_t(layout.chunks * layout.outBlocks() * cells));
    return "conv2d_backward_weights " + std::to_string(op.kernel) + "x" + std::to_string(op.kernel) + " " +
           std::to_string(4 * layout.inQuads) + "x" + std::to_string(4 * layout.outQuads) +
           (form.team == kernels.team().kind ? "" : team.flavour(""));
}

WeightGradientTask weightGradientTask(const nn::Network &network, const Program &program, const Step &step)
{
    return {*asConvolution(network.layers[step.layer].op), program.shapes[step.reads[0]],
            program.shapes[step.reads[1]]};
}

std::string recordWeightGradient(const Recording &to, const Step &step)
{
    const WeightGradientForm form(weightGradientTask(to.network, to.values.program(), step), step.choice);
    return recordWeightGradient(
        to.kernels, to.recorder, form, std::max(step.block, 0), factorBits(step.factor),
        {to.buffer(step.reads[0]), to.buffer(step.reads[1]), to.scales, to.buffer(step.writes)});
}

} // namespace reslens::engine
