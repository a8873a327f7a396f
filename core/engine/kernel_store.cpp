#include "engine/kernel_store.h"

#include "embedded_shaders.h"

namespace reslens::engine {

KernelStore::KernelStore(const vulkan::Context &context, ShaderLookup shaders)
    : m_context(context), m_shaders(shaders ? std::move(shaders) : shaders::find)
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
    // Software devices hand out whole workgroups to threads: smaller ones balance better.
    return m_context.facts().kind == vulkan::DeviceKind::Cpu ? 16 : 64;
}

} // namespace reslens::engine
