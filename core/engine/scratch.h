// Buffers for what lives only between the dispatches of one step, shared by all steps of a pass.
#pragma once

#include "engine/packing.h"
#include "vulkan/buffer.h"

#include <array>
#include <deque>

namespace reslens::engine {

class Scratch {
public:
    explicit Scratch(const vulkan::Context &context) : m_context(context) {}

    /// Number `which` (0 or 1) of a step, of at least `texels`. The reference stays valid as long as the scratch: where
    /// it is not large enough for a later step, that gets another. Throws vk::SystemError, Error.
    const vulkan::Buffer &buffer(int which, std::size_t texels)
    {
        const std::size_t sizeBytes = texels * kTexelBytes;
        if (!m_current[which] || m_current[which]->sizeBytes() < sizeBytes)
            m_current[which] = &m_buffers.emplace_back(m_context, sizeBytes, vulkan::MemoryUse::Device);
        return *m_current[which];
    }

private:
    const vulkan::Context &m_context;
    std::deque<vulkan::Buffer> m_buffers;
    std::array<vulkan::Buffer *, 2> m_current{};
};

} // namespace reslens::engine
