#include "support/gradient_golden.h"

#include "nn/generated_parameters.h"
#include "support/compare.h"
#include "support/golden.h"
#include "support/samples.h"

#include <algorithm>

namespace reslens::test {

namespace {

constexpr std::size_t kBlockSamples = 256, kParameterSamples = 64;

/// Keeps the worst error and its place. The message also has the allowed error.
class Worst {
public:
    Worst(Agreement &agreement, double allowed) : m_agreement(agreement), m_allowed(allowed) {}

    void record(double error, const std::string &where)
    {
        if (!m_agreement.message.empty() && error <= m_agreement.worstError)
            return;
        std::ostringstream text;
        text << where << ": relative error " << error << ", allowed " << m_allowed;
        m_agreement = {error, text.str()};
    }

    void compare(std::span<const float> actual, const SampledGradient &expected, std::size_t samples,
                 const std::string &where)
    {
        record(relativeError(sampled(actual, samples), expected.sample), where + " (sample)");
        const double difference = std::abs(norm(actual) - expected.norm);
        record(difference == 0 ? 0 : difference / expected.norm, where + " (norm)");
    }

private:
    Agreement &m_agreement;
    double m_allowed;
};

GradientAgreement noResult(const Error &error)
{
    const Agreement none{std::numeric_limits<double>::infinity(), error.message()};
    return {none, none};
}

Error missing(const std::string &what)
{
    return {ErrorKind::Mismatch, what, "is given where PyTorch has none, or the other way round", std::nullopt};
}

Result<void> compareBlocks(Worst &worst, const nn::Gradients &gradients, const nn::Network &network,
                           const GradientGolden &golden)
{
    for (int b = 0; b < int(network.blocks.size()); ++b) {
        const Result<nn::BlockGradients> block = gradients.ofBlock(b);
        if (!block)
            return tl::unexpected(block.error());
        const std::pair<const char *, const Tensor *> parts[]{
            {"gx", &block->gx}, {"gy", &block->gy}, {"gF", &block->gF}, {"gs", &block->gs}};
        for (const auto &[letter, gradient] : parts) {
            const std::string where = network.blocks[b].name + "." + letter;
            const auto expected = golden.tensors.find(where);
            if (gradient->values.empty() != (expected == golden.tensors.end()))
                return tl::unexpected(missing(where));
            if (expected != golden.tensors.end())
                worst.compare(gradient->values, expected->second, kBlockSamples, where);
        }
    }
    return {};
}

Result<void> compareParameters(Worst &worst, const nn::Gradients &gradients, const nn::Network &network,
                               const GradientGolden &golden)
{
    for (const nn::ParameterSpec &spec : nn::parametersOf(network)) {
        if (!spec.isTrained)
            continue;
        const Result<std::vector<float>> gradient = gradients.ofParameter(spec.name);
        if (!gradient)
            return tl::unexpected(gradient.error());
        const auto expected = golden.tensors.find(spec.name);
        if (expected == golden.tensors.end())
            return tl::unexpected(missing(spec.name));
        worst.compare(*gradient, expected->second, kParameterSamples, spec.name);
    }
    return {};
}

/// Returns the generated values of the stream, uniform in [-2, 2).
Tensor inputFrom(const std::string &stream, Shape shape)
{
    Tensor input(shape);
    for (std::size_t i = 0; i < input.values.size(); ++i)
        input.values[i] = 2.0f * nn::generatedUniform(nn::streamHash(stream), i);
    return input;
}

} // namespace

std::vector<std::string> gradientArchitectures()
{
    return {"resnet18", "resnet50", "resnext50_32x4d", "wide_resnet50_2", "resnet20", "resnet20_b", "plain20"};
}

GradientGolden readGradientGolden(const std::string &architecture)
{
    const GoldenFile file = readGolden("gradients/" + architecture + ".safetensors", "reslens gradient golden 1");
    GradientGolden golden;
    golden.architecture = architecture;
    golden.input = inputFrom(file.metadata.at("stream"), shapeFrom(file.metadata.at("input")));
    golden.objective.target = std::stoi(file.metadata.at("target"));
    golden.J = file.tensor("J").values[0];
    constexpr std::string_view kSuffix = ".sample";
    for (const auto &[name, stored] : file.tensors)
        if (name.ends_with(kSuffix)) {
            const std::string gradient = name.substr(0, name.size() - kSuffix.size());
            golden.tensors[gradient] = {file.tensor(gradient + ".norm").values[0], stored.toFloats()};
        }
    return golden;
}

GradientAgreement checkGradientsAgainstGolden(nn::Executor &executor, const GradientGolden &golden)
{
    const Result<std::unique_ptr<nn::Trace>> trace = executor.trace(golden.input, {});
    if (!trace)
        return noResult(trace.error());
    const auto gradients = nn::backward(**trace, golden.objective, {});
    if (!gradients)
        return noResult(gradients.error());
    const Result<Tensor> atInput = (*gradients)->ofInput();
    if (!atInput)
        return noResult(atInput.error());
    GradientAgreement agreement;
    Worst blocks(agreement.blocks, kBlockGradientTolerance);
    Worst parameters(agreement.parameters, kParameterGradientTolerance);
    double J = 0;
    for (const nn::ImageObjective &image : (*gradients)->objectives())
        J += image.value;
    blocks.record(std::abs(J - golden.J) / std::abs(golden.J), "J");
    blocks.compare(atInput->values, golden.tensors.at("input"), kBlockSamples, "input");
    const nn::Network &network = executor.model().network;
    if (const auto compared = compareBlocks(blocks, **gradients, network, golden); !compared)
        return noResult(compared.error());
    if (const auto compared = compareParameters(parameters, **gradients, network, golden); !compared)
        return noResult(compared.error());
    return agreement;
}

} // namespace reslens::test
