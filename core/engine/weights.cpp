#include "engine/weights.h"

#include "engine/winograd.h"
#include "vulkan/context.h"
#include "vulkan/recorder.h"

#include <cmath>
#include <cstring>

namespace reslens::engine {

namespace {

using vulkan::Buffer;
using vulkan::MemoryUse;

std::vector<float> parameter(const nn::Model &model, const std::string &name)
{
    return model.parameters.at(name).toFloats();
}

/// Convolution or linear layer `l` as one convolution with its bias. Every convolution of these networks is followed by
/// its batch norm.
PackedConvolution pack(const nn::Model &model, int l, Direction direction)
{
    const nn::Layer &layer = model.network.layers[l];
    const std::vector<float> weights = parameter(model, layer.name + ".weight");
    nn::Conv2d op;
    Affine affine;
    if (const auto *linear = std::get_if<nn::Linear>(&layer.op)) {
        const std::vector<float> bias = parameter(model, layer.name + ".bias");
        op = {linear->featuresIn, linear->featuresOut, 1};
        affine = {std::vector<double>(bias.size(), 1.0), std::vector<double>(bias.begin(), bias.end())};
    } else {
        op = std::get<nn::Conv2d>(layer.op);
        affine = foldBatchNorm(model, l + 1);
    }
    return direction == Direction::Forward ? packConvolution(op, weights, affine.scale, affine.shift)
                                           : packTransposed(op, weights, affine.scale);
}

bool hasWeights(const nn::Op &op)
{
    return std::holds_alternative<nn::Conv2d>(op) || std::holds_alternative<nn::Linear>(op);
}

} // namespace

Affine foldBatchNorm(const nn::Model &model, int batchNorm)
{
    const nn::Layer &layer = model.network.layers[batchNorm];
    const double eps = std::get<nn::BatchNorm>(layer.op).eps;
    const auto gamma = parameter(model, layer.name + ".weight"), beta = parameter(model, layer.name + ".bias"),
               mean = parameter(model, layer.name + ".running_mean"),
               variance = parameter(model, layer.name + ".running_var");
    Affine affine{std::vector<double>(gamma.size()), std::vector<double>(gamma.size())};
    for (std::size_t c = 0; c < gamma.size(); ++c) {
        affine.scale[c] = gamma[c] / std::sqrt(double(variance[c]) + eps);
        affine.shift[c] = beta[c] - mean[c] * affine.scale[c];
    }
    return affine;
}

DeviceWeights::DeviceWeights(const vulkan::Context &context, const nn::Model &model, Direction direction)
    : m_context(context), m_model(model)
{
    for (int l = 0; l < int(model.network.layers.size()); ++l) {
        if (!hasWeights(model.network.layers[l].op))
            continue;
        const PackedConvolution packed = pack(model, l, direction);
        DeviceConvolution onDevice{{packed.op, packed.outQuads, {}, {}},
                                   Buffer(context, packed.weights.size() * sizeof(float), MemoryUse::Device),
                                   Buffer(context, packed.bias.size() * sizeof(float), MemoryUse::Device)};
        upload(context, packed.weights, onDevice.weights);
        upload(context, packed.bias, onDevice.bias);
        m_convolutions.emplace(l, std::move(onDevice));
    }
}

const DeviceConvolution &DeviceWeights::winograd(int layer) const
{
    if (const auto made = m_winograd.find(layer); made != m_winograd.end())
        return made->second;
    const nn::Layer &of = m_model.network.layers[layer];
    const nn::Conv2d &op = std::get<nn::Conv2d>(of.op), middle = winograd::middleOf(op);
    const std::vector<float> weights =
        winograd::transformed(op, parameter(m_model, of.name + ".weight"), foldBatchNorm(m_model, layer + 1).scale);
    const std::vector<double> ones(middle.channelsOut, 1.0), zeros(middle.channelsOut, 0.0);
    const PackedConvolution packed = packConvolution(middle, weights, ones, zeros);
    DeviceConvolution onDevice{{packed.op, packed.outQuads, {}, {}},
                               Buffer(m_context, packed.weights.size() * sizeof(float), MemoryUse::Device),
                               Buffer(m_context, packed.bias.size() * sizeof(float), MemoryUse::Device)};
    upload(m_context, packed.weights, onDevice.weights);
    upload(m_context, packed.bias, onDevice.bias); // zero: the last step adds the convolution's own
    return m_winograd.emplace(layer, std::move(onDevice)).first->second;
}

void upload(const vulkan::Context &context, std::span<const float> values, const Buffer &buffer)
{
    if (!buffer.mapped().empty()) {
        std::memcpy(buffer.mapped().data(), values.data(), values.size_bytes());
        return;
    }
    const Buffer staging(context, values.size_bytes(), MemoryUse::Upload);
    std::memcpy(staging.mapped().data(), values.data(), values.size_bytes());
    vulkan::Recorder recorder(context, 0);
    recorder.copy(staging, buffer, values.size_bytes());
    recorder.finish();
    recorder.submit();
}

std::vector<float> download(const vulkan::Context &context, const Buffer &buffer, std::size_t first, std::size_t count)
{
    std::vector<float> values(count);
    if (!buffer.mapped().empty()) {
        std::memcpy(values.data(), buffer.mapped().data() + first * sizeof(float), count * sizeof(float));
        return values;
    }
    const Buffer staging(context, buffer.sizeBytes(), MemoryUse::Readback);
    vulkan::Recorder recorder(context, 0);
    recorder.copy(buffer, staging, buffer.sizeBytes());
    recorder.finish();
    recorder.submit();
    std::memcpy(values.data(), staging.mapped().data() + first * sizeof(float), count * sizeof(float));
    return values;
}

} // namespace reslens::engine
