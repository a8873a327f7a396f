// A buffer with its memory and, for packed tensors, the view that kernels read it through.
#pragma once

#include "vulkan/memory_arena.h"

#include <vulkan/vulkan_raii.hpp>

#include <span>
#include <utility>

namespace reslens::vulkan {

class Context;

class Buffer {
public:
    Buffer() = default;
    /// Throws vk::SystemError, and Error if a kernel could not bind that many bytes. A Device buffer can be copied to
    /// and from, and bound as storage or as texels of four channels, fp32 or fp16.
    Buffer(const Context &context, vk::DeviceSize sizeBytes, MemoryUse use,
           vk::Format texelFormat = vk::Format::eR32G32B32A32Sfloat);

    vk::Buffer handle() const { return *m_buffer; }
    vk::BufferView texels() const { return *m_view; } // over the whole buffer; Device buffers only
    vk::DeviceSize sizeBytes() const { return m_sizeBytes; }
    /// Promises that its first bytes are zero from now on and that no kernel writes there. If the context guards its
    /// buffers, the destructor reports such a write.
    void keepsZero(vk::DeviceSize firstBytes) { m_guard.zeroBytes = firstBytes; }
    /// For Upload and Readback buffers; for Device buffers it is empty unless the memory is host-visible (unified
    /// memory).
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

    /// Its destructor reports writes into bytes that nobody may touch: sentinels after the buffer, zeros at its
    /// beginning. For tests: a device with robust buffer access drops writes that are further away.
    struct Guard {
        Guard() = default;
        Guard(const Context &context, std::span<std::byte> all, vk::DeviceSize sizeBytes);
        Guard(Guard &&other) noexcept { *this = std::move(other); }
        Guard &operator=(Guard &&other) noexcept;
        ~Guard() { check(); }
        void check() const;

        const Context *context = nullptr;
        std::span<const std::byte> bytes, behind;
        vk::DeviceSize zeroBytes = 0;
    };
    Guard m_guard; // last: it reads the memory before the memory is freed
};

} // namespace reslens::vulkan
