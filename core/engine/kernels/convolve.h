// Convolutions in both directions: shaders/include/convolve.glsl or winograd.glsl, and conv2d_backward_weights.comp.
#pragma once

#include "engine/kernel_store.h"
#include "engine/program.h"
#include "engine/weights.h"
#include "tensor/tensor.h"
#include "vulkan/recorder.h"

namespace reslens::engine {

struct Convolving {
    Direction direction;
    const DeviceWeights &weights; // for that direction
    int layer;                    // whose
    Shape in, out;                // the tensors that the kernel reads and writes
    int block;                    // its alpha and beta apply; -1: none
    std::int32_t epilogue;        // the shader's bits

    const DeviceConvolution &convolution() const { return weights.convolution(layer); }
    ConvolutionTask task() const;
};

struct ConvolvingBuffers {
    const vulkan::Buffer &x;
    const vulkan::Buffer &operand; // for the epilogue; without one, any packed tensor
    const vulkan::Buffer &scales;
    const vulkan::Buffer &y;
};

/// Returns the kernel's name with its variant. Without a `choice` it uses the store's.
std::string recordConvolving(KernelStore &kernels, vulkan::Recorder &recorder, const Convolving &what,
                             const ConvolvingBuffers &buffers, std::optional<KernelChoice> choice = {});

/// Records `what` in Winograd's form F(4x4, 3x3) (engine/winograd.h), in teams of `kind`.
std::string recordWinograd(KernelStore &kernels, vulkan::Recorder &recorder, const Convolving &what,
                           const ConvolvingBuffers &buffers, TeamKind kind);

/// The way to compute and store the gradient of a convolution's weights.
struct WeightGradientForm {
    WeightGradientLayout layout;
    TeamKind team;

    /// Follows `choice`.
    WeightGradientForm(const WeightGradientTask &task, const KernelChoice &choice)
        : layout(task.op, task.in, task.out, choice.tile), team(choice.team)
    {
    }
};

/// The task of a step that reads a convolution's input and its output's gradient.
WeightGradientTask weightGradientTask(const nn::Network &network, const Program &program, const Step &step);

struct WeightGradientBuffers {
    const vulkan::Buffer &x;
    const vulkan::Buffer &gy;
    const vulkan::Buffer &scales;
    const vulkan::Buffer &gw; // layout.floats()
};

/// `epilogue`, the shader's bits, may ask for the alpha or beta of `block`.
std::string recordWeightGradient(KernelStore &kernels, vulkan::Recorder &recorder, const WeightGradientForm &form,
                                 int block, std::int32_t epilogue, const WeightGradientBuffers &buffers);

/// The bits of `factor` in the epilogues of conv2d_backward_input.comp and conv2d_backward_weights.comp.
std::int32_t factorBits(Factor factor);

} // namespace reslens::engine
