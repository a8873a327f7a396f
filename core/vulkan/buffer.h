// A buffer with its memory and, for packed tensors, the view that kernels read it through.
#pragma once

#include "vulkan/memory_arena.h"

#include <vulkan/vulkan_raii.hpp>

#include <span>

namespace reslens::vulkan {

class Context;

class Buffer {
public:
    Buffer() = default;
    /// Throws vk::SystemError, and Error where a kernel could not bind so many bytes. A Device buffer can be copied to
    /// and from, and bound as storage or as texels of four channels, fp32 or fp16.
    Buffer(const Context &context, vk::DeviceSize sizeBytes, MemoryUse use,
           vk::Format texelFormat = vk::Format::eR32G32B32A32Sfloat);

    vk::Buffer handle() const { return *m_buffer; }
    vk::BufferView texels() const { return *m_view; } // over the whole buffer; Device buffers only
    vk::DeviceSize sizeBytes() const { return m_sizeBytes; }
    /// Upload and Readback buffers; for Device buffers empty unless the memory is host-visible (unified memory).
    std::span<std::byte> mapped() const
    {
        return m_allocation.mapped() ? std::span(m_allocation.mapped(), m_sizeBytes) : std::span<std::byte>();
    }

    std::span<float> floats() const
    {
        const std::span<std::byte> bytes = mapped();
        return {reinterpret_cast<float *>(bytes.data()), bytes.size() / sizeof(float)};
    }

private:
    Allocation m_allocation; // outlives the buffer and its view
    vk::raii::Buffer m_buffer{nullptr};
    vk::raii::BufferView m_view{nullptr};
    vk::DeviceSize m_sizeBytes = 0;
};

} // namespace reslens::vulkan
