#include "engine/weights.h"

#include "vulkan/context.h"
#include "vulkan/recorder.h"

#include <cmath>
#include <cstring>

namespace reslens::engine {

namespace {

using vulkan::Buffer;
using vulkan::MemoryUse;

struct Affine {
    std::vector<double> scale, shift;
};

std::vector<float> parameter(const nn::Model &model, const std::string &name)
{
    return model.parameters.at(name).toFloats();
}

/// y = scale * x + shift with scale = gamma / sqrt(variance + eps), shift = beta - mean * scale.
Affine foldBatchNorm(const nn::Model &model, const std::string &name, const nn::BatchNorm &op)
{
    const auto gamma = parameter(model, name + ".weight"), beta = parameter(model, name + ".bias"),
               mean = parameter(model, name + ".running_mean"), variance = parameter(model, name + ".running_var");
    Affine affine{std::vector<double>(gamma.size()), std::vector<double>(gamma.size())};
    for (std::size_t c = 0; c < gamma.size(); ++c) {
        affine.scale[c] = gamma[c] / std::sqrt(double(variance[c]) + op.eps);
        affine.shift[c] = beta[c] - mean[c] * affine.scale[c];
    }
    return affine;
}

PackedConvolution packLinear(const nn::Model &model, const std::string &name, const nn::Linear &op)
{
    const auto bias = parameter(model, name + ".bias");
    return packConvolution(nn::Conv2d{op.featuresIn, op.featuresOut, 1}, parameter(model, name + ".weight"),
                           std::vector<double>(bias.size(), 1.0), std::vector<double>(bias.begin(), bias.end()));
}

/// The batch norm that follows convolution `conv`; every convolution of these networks has one.
const nn::Layer &batchNormAfter(const nn::Network &network, int conv)
{
    return network.layers[conv + 1];
}

} // namespace

DeviceWeights::DeviceWeights(const vulkan::Context &context, const nn::Model &model)
{
    const nn::Network &network = model.network;
    for (int l = 0; l < int(network.layers.size()); ++l) {
        const nn::Layer &layer = network.layers[l];
        PackedConvolution packed;
        if (const auto *conv = std::get_if<nn::Conv2d>(&layer.op)) {
            const nn::Layer &norm = batchNormAfter(network, l);
            const Affine affine = foldBatchNorm(model, norm.name, std::get<nn::BatchNorm>(norm.op));
            packed = packConvolution(*conv, parameter(model, layer.name + ".weight"), affine.scale, affine.shift);
        } else if (const auto *linear = std::get_if<nn::Linear>(&layer.op)) {
            packed = packLinear(model, layer.name, *linear);
        } else {
            continue;
        }
        DeviceConvolution onDevice{{},
                                   Buffer(context, packed.weights.size() * sizeof(float), MemoryUse::Device),
                                   Buffer(context, packed.bias.size() * sizeof(float), MemoryUse::Device)};
        upload(context, packed.weights, onDevice.weights);
        upload(context, packed.bias, onDevice.bias);
        onDevice.shape = {packed.op, packed.outQuads, {}, {}};
        m_convolutions.emplace(l, std::move(onDevice));
    }
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
