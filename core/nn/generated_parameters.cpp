#include "nn/generated_parameters.h"

#include <cmath>
#include <set>

namespace reslens::nn {

namespace {

/// uniform in [centre - spread, centre + spread)
StoredTensor generate(const ParameterSpec &spec, float centre, float spread)
{
    const std::uint64_t stream = streamHash(spec.name);
    std::int64_t count = 1;
    for (const std::int64_t extent : spec.shape)
        count *= extent;
    std::vector<float> values(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = centre + spread * generatedUniform(stream, i);
    return storeFloats(spec.shape, std::move(values));
}

/// A uniform variable on [-a, a] has variance a^2 / 3.
float spreadFor(float variance)
{
    return std::sqrt(3.0f * variance);
}

} // namespace

std::uint64_t streamHash(std::string_view name)
{
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const char c : name)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return hash;
}

float generatedUniform(std::uint64_t streamHash, std::uint64_t index)
{
    std::uint64_t z = streamHash + (index + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return float(z >> 40) * 0x1p-23f - 1.0f; // 24 bits: exact in fp32
}

Parameters generateParameters(const Network &network)
{
    std::set<int> lastOfBranch;
    for (const Block &block : network.blocks)
        if (block.hasShortcut())
            lastOfBranch.insert(block.F);
    Parameters parameters;
    for (int l = 0; l < int(network.layers.size()); ++l) {
        const Layer &layer = network.layers[l];
        const std::vector<ParameterSpec> specs = parametersOf(layer);
        if (std::holds_alternative<BatchNorm>(layer.op)) {
            const float scale = lastOfBranch.contains(l) ? 0.25f : 1.0f;
            parameters[specs[0].name] = generate(specs[0], scale, 0.5f * scale);
            parameters[specs[1].name] = generate(specs[1], 0.0f, 0.1f);
            parameters[specs[2].name] = generate(specs[2], 0.0f, 0.1f);
            parameters[specs[3].name] = generate(specs[3], 1.0f, 0.5f);
        } else if (const auto *conv = std::get_if<Conv2d>(&layer.op)) {
            const int fanIn = conv->channelsIn / conv->groups * conv->kernel * conv->kernel;
            parameters[specs[0].name] = generate(specs[0], 0.0f, spreadFor(2.0f / float(fanIn)));
            if (conv->hasBias)
                parameters[specs[1].name] = generate(specs[1], 0.0f, 0.1f);
        } else if (const auto *linear = std::get_if<Linear>(&layer.op)) {
            const float spread = spreadFor(1.0f / float(linear->featuresIn));
            parameters[specs[0].name] = generate(specs[0], 0.0f, spread);
            parameters[specs[1].name] = generate(specs[1], 0.0f, spread);
        }
    }
    return parameters;
}

Tensor generateInput(Shape shape)
{
    Tensor input(shape);
    const std::uint64_t stream = streamHash("input");
    for (std::size_t i = 0; i < input.values.size(); ++i)
        input.values[i] = 2.0f * generatedUniform(stream, i);
    return input;
}

} // namespace reslens::nn
