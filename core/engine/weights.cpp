#include "engine/weights.h"

#include "engine/winograd.h"
#include "nn/folding.h"
#include "vulkan/context.h"
#include "vulkan/recorder.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace reslens::engine {

namespace {

using vulkan::Buffer;
using vulkan::MemoryUse;

/// A parameter as floats: the file's own if they can be read in place, else a copy.
class Floats {
public:
    explicit Floats(const StoredTensor &stored)
    {
        if (const auto inPlace = stored.floatsInPlace())
            m_values = *inPlace;
        else
            m_values = m_copy = stored.toFloats();
    }
    Floats(const Floats &) = delete;
    Floats &operator=(const Floats &) = delete;

    std::span<const float> values() const { return m_values; }

private:
    std::vector<float> m_copy;
    std::span<const float> m_values;
};

const StoredTensor &parameter(const nn::Model &model, const nn::Layer &layer, const char *name)
{
    return model.parameters.at(layer.name + name);
}

vk::Format texelsOf(WeightFormat format)
{
    return format == WeightFormat::Float16 ? vk::Format::eR16G16B16A16Sfloat : vk::Format::eR32G32B32A32Sfloat;
}

std::vector<std::uint16_t> rounded(std::span<const float> weights, const std::string &layer)
{
    constexpr float kLargest = 65504;
    std::vector<std::uint16_t> halves(weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (std::abs(weights[i]) > kLargest)
            throw Error{ErrorKind::Unsupported,
                        layer,
                        "with its batch norm folded in, a weight is " + std::to_string(weights[i]) +
                            ", and fp16 ends at 65504: keep the weights in fp32",
                        {}};
        halves[i] = floatToHalf(weights[i]);
    }
    return halves;
}

} // namespace

DeviceWeights::DeviceWeights(const vulkan::Context &context, const nn::Model &model, Direction direction,
                             WeightFormat format)
    : m_context(context), m_model(model), m_direction(direction)
{
    std::vector<int> layers; // by job
    for (int l = 0; l < int(model.network.layers.size()); ++l) {
        const auto op = asConvolution(model.network.layers[l].op);
        if (!op)
            continue;
        const PackedConvolution shape = packedLayout(direction == Direction::Forward ? *op : transposed(*op));
        const std::size_t weightBytes = shape.weightFloats() * bytesOf(format),
                          biasBytes = shape.biasFloats() * sizeof(float);
        m_convolutions.emplace(l, DeviceConvolution{shape,
                                                    Buffer(context, weightBytes, MemoryUse::Device, texelsOf(format)),
                                                    Buffer(context, biasBytes, MemoryUse::Device), format});
        m_jobOf.emplace(l, layers.size());
        layers.push_back(l);
    }
    const bool isWritable = std::all_of(m_convolutions.begin(), m_convolutions.end(), [](const auto &convolution) {
        return !convolution.second.weights.mapped().empty() && !convolution.second.bias.mapped().empty();
    });
    if (!isWritable)
        m_uploader.emplace(context);
    m_jobsLeft = layers.size();
    m_filling = std::make_unique<jobs::BackgroundJobs>(layers.size(), [=, this](std::size_t job) {
        const auto finish = [this] {
            if (--m_jobsLeft == 0)
                m_uploader.reset(); // nothing needs its staging buffers any more
        };
        try {
            fill(layers[job]);
        } catch (...) {
            finish();
            throw;
        }
        finish();
    });
}

DeviceWeights::~DeviceWeights()
{
    for (const auto &[layer, made] : m_winograd)
        if (const auto weights = made.lock())
            weights->filling.wait(); // it reads the model through this object
}

std::shared_ptr<const Buffer> DeviceWeights::winograd(int layer) const
{
    std::shared_ptr<WinogradWeights> weights = m_winograd[layer].lock();
    if (!weights) {
        const nn::Conv2d &op = std::get<nn::Conv2d>(m_model.network.layers[layer].op);
        const std::size_t floats = winograd::weightFloats(m_direction == Direction::Forward ? op : transposed(op));
        weights = std::make_shared<WinogradWeights>(Buffer(m_context, floats * sizeof(float), MemoryUse::Device));
        weights->filling =
            m_context.compilers().run([this, layer, &to = weights->onDevice] { fillWinograd(layer, to); });
        m_winograd[layer] = weights;
    }
    return {weights, &weights->onDevice};
}

void DeviceWeights::fillWinograd(int layer, const Buffer &onDevice) const
{
    const nn::Layer &of = m_model.network.layers[layer];
    const StoredTensor &stored = parameter(m_model, of, ".weight");
    const auto pack = [&](std::span<float> to) {
        winograd::pack(std::get<nn::Conv2d>(of.op), Floats(stored).values(), nn::foldedInto(m_model, layer).scale,
                       m_direction == Direction::Forward ? winograd::Filters::AsTheyAre : winograd::Filters::Rotated,
                       to);
    };
    if (!onDevice.mapped().empty()) {
        pack(onDevice.floats());
    } else {
        std::vector<float> packed(onDevice.sizeBytes() / sizeof(float));
        pack(packed);
        vulkan::Uploader(m_context).write(std::as_bytes(std::span(packed)), onDevice);
    }
}

void DeviceWeights::waitFor(int layer) const
{
    if (const auto job = m_jobOf.find(layer); job != m_jobOf.end())
        m_filling->waitFor(job->second);
    if (const auto made = m_winograd.find(layer); made != m_winograd.end())
        if (const auto weights = made->second.lock())
            weights->filling.get();
}

void DeviceWeights::waitForAll() const
{
    for (const auto &[layer, job] : m_jobOf)
        waitFor(layer);
}

void DeviceWeights::fill(int layer)
{
    const DeviceConvolution &to = m_convolutions.at(layer);
    const bool isHalf = to.format == WeightFormat::Float16;
    std::vector<float> weights, bias; // for buffers that the CPU cannot write, or not as floats
    if (m_uploader || isHalf)
        weights.resize(to.shape.weightFloats());
    if (m_uploader)
        bias.resize(to.shape.biasFloats());
    const auto weightsOut = weights.empty() ? to.weights.floats() : std::span(weights);
    const auto biasOut = bias.empty() ? to.bias.floats() : std::span(bias);
    const nn::Conv2d op = *asConvolution(m_model.network.layers[layer].op);
    const StoredTensor &stored = parameter(m_model, m_model.network.layers[layer], ".weight");
    const nn::Affine affine = nn::foldedInto(m_model, layer);
    if (m_direction == Direction::Forward)
        packConvolution(op, Floats(stored).values(), affine.scale, affine.shift, weightsOut, biasOut);
    else
        packTransposed(op, Floats(stored).values(), affine.scale, weightsOut, biasOut);
    std::span<const std::byte> weightBytes = std::as_bytes(weightsOut);
    std::vector<std::uint16_t> halves;
    if (isHalf) {
        halves = rounded(weightsOut, m_model.network.layers[layer].name);
        weightBytes = std::as_bytes(std::span(halves));
    }
    if (m_uploader) {
        m_uploader->write(weightBytes, to.weights);
        m_uploader->write(std::as_bytes(biasOut), to.bias);
    } else if (isHalf) {
        std::memcpy(to.weights.mapped().data(), weightBytes.data(), weightBytes.size());
    }
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
