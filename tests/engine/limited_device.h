// Engines on devices with little memory, and their references. Several tests share them.
#pragma once

#include "engine/executor.h"
#include "nn/generated_parameters.h"
#include "nn/gradient_sums.h"
#include "nn/resnet.h"
#include "vulkan/context.h"

#include "engine/validated_device.h"

#include <QByteArray>

#include <algorithm>
#include <memory>
#include <numeric>

namespace reslens::test {

using namespace engine;

inline constexpr Shape kShape{2, 3, 48, 48};
inline constexpr Shape kOne{1, 3, 48, 48}; // gradients by path length need one image

inline std::size_t bytesOf(const Program &program)
{
    return 16 * std::accumulate(program.bufferTexels.begin(), program.bufferTexels.end(), std::size_t(0));
}

inline std::size_t bytesOfForward(const nn::Network &network, Keep keep, Shape shape = kShape)
{
    return bytesOf(makeForwardProgram(network, shape, keep));
}

inline std::size_t bytesOfGradients(const nn::Network &network, Keep keep, Shape shape = kShape)
{
    const Program forward = makeForwardProgram(network, shape, Keep::All);
    return bytesOf(makeGradientProgram(network, forward, network.logits, keep).program);
}

inline std::size_t bytesOfPaths(const nn::Network &network)
{
    return bytesOf(makePathProgram(network, makeForwardProgram(network, kOne, Keep::All)).program);
}

/// An executor on its own device with this much memory.
struct Limited {
    std::shared_ptr<const vulkan::Context> context;
    std::unique_ptr<KernelStore> kernels;
    std::unique_ptr<VulkanExecutor> executor;

    Limited(std::shared_ptr<const nn::Model> model, std::size_t limitBytes)
    {
        auto opened =
            vulkan::Context::open({.validates = true, .onMessage = printMessage, .memory = {.limitBytes = limitBytes}});
        if (!opened)
            throw std::runtime_error(opened.error().message());
        context = *opened;
        kernels = std::make_unique<KernelStore>(*context);
        executor = std::make_unique<VulkanExecutor>(*kernels, nullptr, nn::DeviceInfo{}, std::move(model));
    }
};

inline bool tells(const Limited &limited, const char *what)
{
    return std::ranges::any_of(limited.executor->economies(),
                               [&](const std::string &words) { return words.find(what) != std::string::npos; });
}

inline bool isOutOfMemory(const Error &error)
{
    return error.kind == ErrorKind::Device && error.problem.find("out of memory") != std::string::npos;
}

/// Returns the first difference of `trace` from `expected`, whose layers are read from the last to the first.
inline QByteArray firstDifference(const nn::Network &network, const nn::Trace &trace, const nn::Trace &expected)
{
    if (trace.forward().logits.values != expected.forward().logits.values)
        return "the logits";
    for (int l = int(network.layers.size()) - 1; l >= 0; --l) {
        const auto found = trace.read(l), wanted = expected.read(l);
        if (bool(found) != bool(wanted) || (found && found->values != wanted->values))
            return QByteArray::fromStdString(network.layers[l].name);
        if (!found)
            continue;
        const auto moments = trace.moments(l), wantedMoments = expected.moments(l);
        if (!moments || moments->square != wantedMoments->square)
            return "moments of " + QByteArray::fromStdString(network.layers[l].name);
    }
    for (const int b : {3, 0, 8, 8, 4})
        if (const auto found = trace.blockSums(b), wanted = expected.blockSums(b);
            !found || found->sF != wanted->sF || found->uu != wanted->uu)
            return "sums of block " + QByteArray::number(b);
    return {};
}

inline QByteArray firstDifference(const nn::Network &network, const nn::Gradients &gradients,
                                  const nn::Gradients &expected)
{
    for (int l = 0; l < int(network.layers.size()); ++l) {
        const auto found = gradients.value(l), wanted = expected.value(l);
        if (bool(found) != bool(wanted) || (found && found->values != wanted->values))
            return "value of " + QByteArray::fromStdString(network.layers[l].name);
    }
    for (const nn::ParameterSpec &spec : nn::parametersOf(network)) {
        const auto found = gradients.ofParameter(spec.name), wanted = expected.ofParameter(spec.name);
        if (bool(found) != bool(wanted) || (found && *found != *wanted))
            return QByteArray::fromStdString(spec.name);
    }
    for (const int b : {0, 8, 5}) {
        const auto found = gradients.ofBlock(b), wanted = expected.ofBlock(b);
        if (!found || found->gF.values != wanted->gF.values || found->gs.values != wanted->gs.values)
            return "block " + QByteArray::number(b);
        const auto sums = nn::blockGradientSums(gradients, network, b),
                   wantedSums = nn::blockGradientSums(expected, network, b);
        if (!sums || sums->gygy != wantedSums->gygy || sums->gsgF != wantedSums->gsgF)
            return "sums of gradients of block " + QByteArray::number(b);
    }
    return {};
}

inline std::unique_ptr<nn::Gradients> backward(const nn::Trace &trace, const nn::RunOptions &options = {})
{
    auto gradients = nn::backward(trace, {}, options);
    return gradients ? std::move(*gradients) : nullptr;
}

inline std::shared_ptr<const nn::Model> generatedNetwork(const char *architecture)
{
    auto model = std::make_shared<nn::Model>();
    model->network = nn::buildNetwork(*nn::architectureNamed(architecture));
    model->parameters = nn::generateParameters(model->network);
    return model;
}

/// A network, and an engine's answers with all the memory that it wants.
struct Plenty {
    const Tensor input = nn::generateInput(kShape);
    const std::shared_ptr<const nn::Model> model = generatedNetwork("resnet20");
    const Limited device{model, 0};
    const std::size_t weightBytes = device.context->memory().usedBytes();
    const std::unique_ptr<nn::Trace> trace = *device.executor->trace(input, {});
    const std::unique_ptr<nn::Gradients> gradients = backward(*trace);
    const std::size_t fullBytes = device.context->memory().usedBytes();
};

} // namespace reslens::test
