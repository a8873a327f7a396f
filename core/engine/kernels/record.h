// How a step of a plan becomes a dispatch: one overload per operation, each beside the shader it speaks for.
#pragma once

#include "engine/kernel_store.h"
#include "engine/plan.h"
#include "engine/weights.h"
#include "vulkan/recorder.h"

namespace reslens::engine {

/// Everything a step's recording may look at.
struct Recording {
    const nn::Network &network;
    const Plan &plan;
    const DeviceWeights &weights;
    KernelStore &kernels;
    const std::vector<vulkan::Buffer> &slots;
    const vulkan::Buffer &scales; // vec2 (alpha, beta) of every block
    vulkan::Recorder &recorder;

    const vulkan::Buffer &bufferOf(int layer) const { return slots[plan.slotOf[layer]]; }
    const Shape &shapeOf(int layer) const { return plan.shapes[layer]; }
    std::uint32_t outputTexels(const Step &step) const
    {
        return std::uint32_t(packedTexels(plan.outputShape(step)) - 1);
    }
};

/// Records `step`; returns the kernel's name with its variant, for timings.
std::string record(const Recording &to, const Step &step);

std::string recordConvolution(const Recording &to, const Step &step);
std::string recordRelu(const Recording &to, const Step &step);
std::string recordAdd(const Recording &to, const Step &step);
std::string recordMaxPool(const Recording &to, const Step &step, const nn::MaxPool &op);
std::string recordZeroPadShortcut(const Recording &to, const Step &step, const nn::ZeroPadShortcut &op);
std::string recordGlobalAveragePool(const Recording &to, const Step &step);
std::string recordSoftmax(const Recording &to, const Step &step);

} // namespace reslens::engine
