// The kernels in use on a device, each made when it is first asked for.
#pragma once

#include "engine/team.h"
#include "vulkan/context.h"
#include "vulkan/kernel.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace reslens::engine {

/// The SPIR-V of a shader by its name in shaders/.
using ShaderLookup = std::function<std::span<const std::uint32_t>(std::string_view)>;

class KernelStore {
public:
    /// With the shaders of the program, unless a test has others to plant, and the device's best teams, unless it wants
    /// certain ones, which must be possible.
    explicit KernelStore(const vulkan::Context &context, ShaderLookup shaders = {}, std::optional<TeamKind> team = {});

    /// Throws vk::SystemError. The reference stays valid as long as the store.
    const vulkan::Kernel &kernel(const vulkan::KernelDescription &description);

    /// Invocations of a workgroup for kernels that do not care.
    std::uint32_t localSize() const;
    /// That convolutions work in.
    Team team() const { return m_team; }
    const vulkan::Context &context() const { return m_context; }

private:
    const vulkan::Context &m_context;
    ShaderLookup m_shaders;
    Team m_team;
    std::map<vulkan::KernelDescription, vulkan::Kernel> m_kernels;
};

} // namespace reslens::engine
