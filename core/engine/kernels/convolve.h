// A convolution, forward or transposed: shaders/include/convolve.glsl, or winograd.glsl.
#pragma once

#include "engine/kernel_store.h"
#include "engine/weights.h"
#include "tensor/tensor.h"
#include "vulkan/recorder.h"

namespace reslens::engine {

struct Convolving {
    Direction direction;
    const DeviceWeights &weights; // of that direction
    int layer;                    // whose
    Shape in, out;                // of what the kernel reads and writes
    int block;                    // whose alpha and beta apply; -1: none
    std::int32_t epilogue;        // the shader's bits

    const DeviceConvolution &convolution() const { return weights.convolution(layer); }
    ConvolutionTask task() const;
};

struct ConvolvingBuffers {
    const vulkan::Buffer &x;
    const vulkan::Buffer &operand; // of the epilogue; where that has none, any packed tensor
    const vulkan::Buffer &scales;
    const vulkan::Buffer &y;
};

/// Returns the kernel's name with its variant. Without a `choice` the store's.
std::string recordConvolving(KernelStore &kernels, vulkan::Recorder &recorder, const Convolving &what,
                             const ConvolvingBuffers &buffers, std::optional<KernelChoice> choice = {});

} // namespace reslens::engine
