// The device of a GPU test: under the validation layer, whose every message is printed and counted.
#pragma once

#include "engine/device.h"
#include "engine/kernel_store.h"
#include "vulkan/context.h"

#include <QTest>

#include <memory>

namespace reslens::test {

inline void printMessage(const std::string &text)
{
    qWarning("%s", text.c_str());
}

/// For tests of kernels: a context and the kernels on it.
struct ValidatedKernels {
    std::shared_ptr<const vulkan::Context> context;
    std::unique_ptr<engine::KernelStore> store;

    /// Throws std::runtime_error when there is no device or no validation layer: a GPU test never skips silently.
    ValidatedKernels()
    {
        auto opened = vulkan::Context::open({.validates = true, .onMessage = printMessage});
        if (!opened)
            throw std::runtime_error(opened.error().message());
        context = *opened;
        store = std::make_unique<engine::KernelStore>(*context);
    }
};

inline std::shared_ptr<engine::Device> openValidatedDevice()
{
    auto device = engine::Device::open({.validates = true, .onMessage = printMessage});
    if (!device)
        throw std::runtime_error(device.error().message());
    return *device;
}

} // namespace reslens::test
