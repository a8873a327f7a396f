// The kernels in use on a device, each made when it is first asked for.
#pragma once

#include "vulkan/context.h"
#include "vulkan/kernel.h"

#include <map>
#include <memory>

namespace reslens::engine {

class KernelStore {
public:
    explicit KernelStore(const vulkan::Context &context) : m_context(context) {}

    /// Throws vk::SystemError. The reference stays valid as long as the store.
    const vulkan::Kernel &kernel(const vulkan::KernelDescription &description);

    /// Invocations of a workgroup for kernels that do not care.
    std::uint32_t localSize() const;
    const vulkan::Context &context() const { return m_context; }

private:
    const vulkan::Context &m_context;
    std::map<vulkan::KernelDescription, vulkan::Kernel> m_kernels;
};

} // namespace reslens::engine
