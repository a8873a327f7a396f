#include "support/network_golden.h"

#include "nn/generated_parameters.h"
#include "nn/resnet.h"
#include "support/compare.h"
#include "support/golden.h"
#include "support/samples.h"

#include <algorithm>

namespace reslens::test {

namespace {

constexpr std::size_t kSamples = 512;

/// Keeps the worst error and its place.
void record(Agreement &agreement, double error, const std::string &where)
{
    if (!agreement.message.empty() && error <= agreement.worstError)
        return;
    agreement.worstError = error;
    std::ostringstream text;
    text << where << ": relative error " << error << ", allowed " << kNetworkTolerance;
    agreement.message = text.str();
}

Agreement noResult(const Error &error)
{
    return {std::numeric_limits<double>::infinity(), error.message()};
}

} // namespace

std::vector<std::string> goldenArchitectures()
{
    std::vector<std::string> names = nn::knownArchitectures();
    names.insert(names.end(), {"resnet20_b", "resnet56_b"});
    return names;
}

NetworkGolden readNetworkGolden(const std::string &architecture)
{
    const GoldenFile file = readGolden("networks/" + architecture + ".safetensors", "reslens network golden 1");
    NetworkGolden golden{architecture, shapeFrom(file.metadata.at("input")), file.tensor("logits"), {}};
    for (const nn::Block &block : nn::buildNetwork(nn::architectureNamed(architecture).value()).blocks)
        golden.blocks.push_back(
            {block.name, file.tensor(block.name + ".y.norm").values[0], file.tensor(block.name + ".y.sample").values});
    return golden;
}

std::shared_ptr<const nn::Model> generatedModel(const std::string &architecture)
{
    auto model = std::make_shared<nn::Model>();
    model->name = architecture;
    model->network = nn::buildNetwork(nn::architectureNamed(architecture).value());
    model->parameters = nn::generateParameters(model->network);
    for (int k = 0; k < model->network.architecture.classes; ++k)
        model->labels.push_back("class " + std::to_string(k));
    return model;
}

Agreement checkNetworkAgainstGolden(nn::Executor &executor, const NetworkGolden &golden)
{
    const Tensor input = nn::generateInput(golden.input);
    const Result<nn::Forward> forward = executor.forward(input, {});
    if (!forward)
        return noResult(forward.error());
    const Result<std::unique_ptr<nn::Trace>> trace = executor.trace(input, {});
    if (!trace)
        return noResult(trace.error());
    Agreement agreement;
    record(agreement, relativeError(forward->logits, golden.logits), "logits of the fast mode");
    record(agreement, relativeError((*trace)->forward().logits, golden.logits), "logits of the trace mode");
    for (std::size_t b = 0; b < golden.blocks.size(); ++b) {
        const BlockGolden &expected = golden.blocks[b];
        const Result<Tensor> y = (*trace)->read(executor.model().network.blocks[b].y);
        if (!y)
            return noResult(y.error());
        record(agreement, relativeError(sampled(y->values, kSamples), expected.sample),
               expected.name + ": sample of y");
        record(agreement, std::abs(norm(y->values) - expected.norm) / expected.norm, expected.name + ": norm of y");
    }
    return agreement;
}

} // namespace reslens::test
