#include "engine/kernel_store.h"

#include "embedded_shaders.h"

namespace reslens::engine {

KernelStore::KernelStore(const vulkan::Context &context, ShaderLookup shaders, std::optional<TeamKind> team)
    : m_context(context), m_shaders(shaders ? std::move(shaders) : shaders::find),
      m_team(makeTeam(team.value_or(preferredTeam(context.facts())), context.facts()))
{
}

const vulkan::Kernel &KernelStore::kernel(const vulkan::KernelDescription &description)
{
    const auto found = m_kernels.find(description);
    if (found != m_kernels.end())
        return found->second;
    return m_kernels.emplace(description, vulkan::Kernel(m_context, description, m_shaders(description.shader)))
        .first->second;
}

std::uint32_t KernelStore::localSize() const
{
    return std::uint32_t(engine::localSize(m_context.facts()));
}

} // namespace reslens::engine
