// The device of a GPU test. It runs under the validation layer, and every message is printed and counted.
#pragma once

#include "engine/device.h"
#include "engine/kernel_store.h"
#include "engine/team.h"
#include "vulkan/context.h"

#include <QFile>
#include <QTest>

#include <memory>
#include <optional>

namespace reslens::test {

inline void printMessage(const std::string &text)
{
    qWarning("%s", text.c_str());
}

/// Kernel tests run again on a driver that not every machine has: RESLENS_TEST_DRIVER is its file.
inline bool isDriverInstalled()
{
    const QString file = qEnvironmentVariable("RESLENS_TEST_DRIVER");
    return file.isEmpty() || QFile::exists(file);
}

/// Kernel tests run again with RESLENS_TEST_TEAM set (tests/engine/CMakeLists.txt), in teams other than the device's.
inline std::optional<engine::TeamKind> wantedTeam()
{
    const QByteArray name = qgetenv("RESLENS_TEST_TEAM");
    if (name.isEmpty())
        return {};
    return name == "alone"      ? engine::TeamKind::Alone
           : name == "subgroup" ? engine::TeamKind::Subgroup
                                : engine::TeamKind::Group;
}

/// A context and its kernels, for kernel tests. A write outside a buffer or before a tensor is a message too.
struct ValidatedKernels {
    std::shared_ptr<const vulkan::Context> context;
    std::unique_ptr<engine::KernelStore> store;

    /// Throws std::runtime_error when there is no device or no validation layer: a GPU test never skips silently.
    ValidatedKernels()
    {
        auto opened = vulkan::Context::open(
            {.needs = vulkan::Needs::Kernels, .validates = true, .guardsBuffers = true, .onMessage = printMessage});
        if (!opened)
            throw std::runtime_error(opened.error().message());
        context = *opened;
        const auto team = wantedTeam();
        if (team && !engine::isPossible(*team, context->facts()))
            throw std::runtime_error("the device cannot work in such teams");
        store = std::make_unique<engine::KernelStore>(*context, engine::KernelStoreOptions{.team = team});
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
