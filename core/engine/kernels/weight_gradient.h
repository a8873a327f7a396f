// The gradient with respect to a convolution's weights: shaders/conv2d_backward_weights.comp.
#pragma once

#include "engine/kernel_store.h"
#include "engine/packing.h"
#include "vulkan/recorder.h"

namespace reslens::engine {

/// How it is computed and stored.
struct WeightGradientForm {
    WeightGradientLayout layout;
    TeamKind team;

    /// As `choice` says.
    WeightGradientForm(const WeightGradientTask &task, const KernelChoice &choice)
        : layout(task.op, task.in, task.out, choice.tile), team(choice.team)
    {
    }
};

struct WeightGradientFactor {
    int block = 0;             // whose alpha or beta
    std::int32_t epilogue = 0; // the shader's bits
};

struct WeightGradientBuffers {
    const vulkan::Buffer &x;
    const vulkan::Buffer &gy;
    const vulkan::Buffer &scales;
    const vulkan::Buffer &gw; // layout.floats()
};

/// Returns the kernel's name with its variant.
std::string recordWeightGradient(KernelStore &kernels, vulkan::Recorder &recorder, const WeightGradientForm &form,
                                 const WeightGradientFactor &factor, const WeightGradientBuffers &buffers);

} // namespace reslens::engine
