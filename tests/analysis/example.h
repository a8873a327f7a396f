// A generated network on the CPU reference, an image, and their trace, for most tests of the analyses.
#pragma once

#include "analysis/traced_run.h"
#include "nn/generated_parameters.h"
#include "nn/gradients.h"
#include "nn/resnet.h"
#include "reference/executor.h"
#include "support/network_golden.h"

#include <algorithm>
#include <stdexcept>

namespace reslens::test {

/// Returns the value, or throws the error's message: a test that needs the value cannot go on.
template <typename T>
T must(Result<T> result)
{
    if (!result)
        throw std::runtime_error(result.error().message());
    return std::move(*result);
}

/// Makes a few blocks of every kind, small enough for the formulas in double precision.
inline nn::Architecture smallArchitecture(nn::ShortcutKind shortcut)
{
    return {.name = "small",
            .stem = nn::StemKind::Cifar,
            .shortcut = shortcut,
            .depths = {2, 2},
            .stemKernel = 3,
            .hasStemPool = false,
            .stemChannels = 4,
            .classes = 5};
}

inline nn::Architecture smallGrouped()
{
    return {.name = "small grouped",
            .block = nn::BlockKind::Bottleneck,
            .depths = {1, 2},
            .stemChannels = 8,
            .groups = 4,
            .groupChannels = 16,
            .classes = 5};
}

inline nn::Model modelOf(const nn::Architecture &architecture)
{
    nn::Model model;
    model.name = architecture.name;
    model.network = nn::buildNetwork(architecture);
    model.parameters = nn::generateParameters(model.network);
    return model;
}

inline std::unique_ptr<nn::Executor> executorFor(nn::Model model)
{
    return reference::makeExecutor(std::make_shared<nn::Model>(std::move(model)), "a test");
}

inline std::unique_ptr<nn::Executor> executorFor(const std::string &architecture)
{
    return reference::makeExecutor(generatedModel(architecture), "a test");
}

/// Returns different scales for every block, none of them 1.
inline std::vector<nn::BlockScale> unevenScales(const nn::Network &network)
{
    std::vector<nn::BlockScale> scales;
    for (std::size_t b = 0; b < network.blocks.size(); ++b)
        scales.push_back({0.8f + 0.05f * float(b % 7), 1.3f - 0.1f * float(b % 5)});
    return scales;
}

struct Example {
    std::unique_ptr<nn::Executor> executor;
    std::vector<nn::BlockScale> scales;
    std::unique_ptr<nn::Trace> trace;

    Example(std::unique_ptr<nn::Executor> on, const Tensor &input, std::vector<nn::BlockScale> with = {})
        : executor(std::move(on)), scales(std::move(with)), trace(must(executor->trace(input, {.scales = scales})))
    {
    }

    const nn::Network &network() const { return executor->model().network; }
    analysis::TracedRun run(int image = 0) const { return {executor->model(), *trace, scales, image}; }
    Tensor read(int layer) const { return must(trace->read(layer)); }
    std::unique_ptr<nn::Gradients> gradients(const nn::Objective &objective = {},
                                             const nn::RunOptions &options = {}) const
    {
        return must(nn::backward(*trace, objective, options));
    }
};

/// Sets all values of a parameter, or one.
inline void fill(nn::Model &model, const std::string &name, float value)
{
    StoredTensor &tensor = model.parameters.at(name);
    tensor = storeFloats(tensor.shape, std::vector<float>(std::size_t(tensor.count()), value));
}
inline void spoil(nn::Model &model, const std::string &name, std::size_t at, float value)
{
    StoredTensor &tensor = model.parameters.at(name);
    std::vector<float> values = tensor.toFloats();
    values.at(at) = value;
    tensor = storeFloats(tensor.shape, std::move(values));
}

/// Returns |a - b| / |b|.
inline double relative(double a, double b)
{
    return a == b ? 0.0 : std::abs(a - b) / std::abs(b);
}

/// Returns image `n` of a batch.
inline Tensor imageAlone(const Tensor &batch, int n)
{
    Tensor image({1, batch.shape.c, batch.shape.h, batch.shape.w});
    std::copy_n(batch.values.begin() + std::ptrdiff_t(batch.index(n, 0, 0, 0)), image.values.size(),
                image.values.begin());
    return image;
}

} // namespace reslens::test
