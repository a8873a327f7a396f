// How the steps of a gradient plan become dispatches.
#pragma once

#include "engine/gradient_plan.h"
#include "engine/kernel_store.h"
#include "engine/kernels/weight_gradient.h"
#include "engine/plan.h"
#include "engine/weights.h"
#include "vulkan/recorder.h"

namespace reslens::engine {

struct GradientRecording {
    const nn::Network &network;
    const Plan &forward;                            // the trace's
    const std::vector<vulkan::Buffer> &activations; // its slots
    const GradientPlan &plan;
    const std::vector<vulkan::Buffer> &buffers; // the plan's
    const DeviceWeights &transposed;
    const vulkan::Buffer &scales;
    KernelStore &kernels;
    vulkan::Recorder &recorder;

    const vulkan::Buffer &output(int layer) const { return activations[forward.slotOf[layer]]; }
    const vulkan::Buffer &gradient(int slot) const { return buffers[plan.bufferOf[slot]]; }
    const Shape &slotShape(int slot) const { return plan.slotShapes[slot]; }
};

/// Both return the kernel's name, for timings.
std::string recordGradient(const GradientRecording &to, const GradientStep &step);
std::string recordWeightGradient(const GradientRecording &to, const WeightStep &step, const WeightGradientForm &form,
                                 const vulkan::Buffer &result);

} // namespace reslens::engine
