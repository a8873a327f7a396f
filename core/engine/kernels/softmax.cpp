#include "engine/kernels/record.h"

#include <array>

namespace reslens::engine {

std::string recordSoftmax(const Recording &to, const Step &step)
{
    using vulkan::Binding;
    struct Push {
        std::int32_t classes;
    };
    constexpr std::uint32_t kLanes = 64; // a power of two, for the tree; every Vulkan device has 128
    const vulkan::Kernel &kernel =
        to.kernels.kernel({"softmax", {Binding::Texels, Binding::Storage}, sizeof(Push), {kLanes}});
    const Shape shape = to.plan.outputShape(step);
    const std::array buffers{&to.bufferOf(step.inputs[0]), &to.bufferOf(step.output)};
    to.recorder.dispatch(kernel, buffers, Push{shape.c}, std::uint32_t(shape.n) * kLanes);
    return "softmax";
}

} // namespace reslens::engine
