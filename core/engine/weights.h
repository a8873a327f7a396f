// A model's weights on the device: batch norms folded, packed for the convolution kernel, uploaded once.
#pragma once

#include "engine/packing.h"
#include "nn/model.h"
#include "vulkan/buffer.h"

#include <map>

namespace reslens::engine {

struct DeviceConvolution {
    PackedConvolution shape; // without its values, which are on the device
    vulkan::Buffer weights, bias;
};

enum class Direction {
    Forward,
    Backward, // transposed, for the gradient with respect to the input; no biases
};

class DeviceWeights {
public:
    /// Uploads every convolution and linear layer. Throws vk::SystemError, Error.
    DeviceWeights(const vulkan::Context &context, const nn::Model &model, Direction direction);

    /// Of the convolution or linear layer `layer`.
    const DeviceConvolution &convolution(int layer) const { return m_convolutions.at(layer); }
    /// The weights of the middle step of engine/winograd.h, for a layer that it fits; made when they are first asked
    /// for. They take four times the memory. Throws vk::SystemError, Error.
    const DeviceConvolution &winograd(int layer) const;

private:
    const vulkan::Context &m_context;
    const nn::Model &m_model;
    std::map<int, DeviceConvolution> m_convolutions;
    mutable std::map<int, DeviceConvolution> m_winograd;
};

/// A batch norm in evaluation mode: y = scale * x + shift.
struct Affine {
    std::vector<double> scale, shift;
};
/// scale = gamma / sqrt(variance + eps), shift = beta - mean * scale, of layer `batchNorm`.
Affine foldBatchNorm(const nn::Model &model, int batchNorm);

/// Copies `values` to the beginning of a Device buffer, through staging where the CPU cannot write it.
void upload(const vulkan::Context &context, std::span<const float> values, const vulkan::Buffer &buffer);
/// Reads `count` floats of a Device buffer, from float `first` on.
std::vector<float> download(const vulkan::Context &context, const vulkan::Buffer &buffer, std::size_t first,
                            std::size_t count);

} // namespace reslens::engine
