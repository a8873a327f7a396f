// Uploads to memory that the CPU cannot write, through a ring of staging buffers: the CPU fills the next piece while
// the device copies the last. If the device has a copy queue that runs in parallel to the kernels, it uses that.
#pragma once

#include "vulkan/buffer.h"

#include <vulkan/vulkan_raii.hpp>

#include <mutex>
#include <span>
#include <vector>

namespace reslens::vulkan {

class Context;

class Uploader {
public:
    static constexpr vk::DeviceSize kPieceBytes = 4ull << 20;

    /// Makes the staging buffers. Throws vk::SystemError.
    explicit Uploader(const Context &context, vk::DeviceSize pieceBytes = kPieceBytes);

    /// Copies `bytes` to the beginning of `to`, a Device buffer, and returns when they have arrived. Any thread may
    /// call it; calls wait for one another. Throws vk::SystemError; even then the device no longer uses `to` and the
    /// staging buffers.
    void write(std::span<const std::byte> bytes, const Buffer &to);

private:
    struct Piece {
        Buffer staging;
        vk::raii::CommandBuffer commands;
        vk::raii::Fence done;
        bool isUnderway = false;
    };

    void write(std::span<const std::byte> bytes, vk::DeviceSize pieceBytes, const Buffer &to);
    void await(Piece &piece);
    void settle() noexcept;
    void submit(Piece &piece, const Buffer &to, vk::DeviceSize offset, vk::DeviceSize sizeBytes);

    const Context &m_context;
    vk::raii::CommandPool m_pool;
    std::mutex m_mutex;
    std::vector<Piece> m_ring;
};

} // namespace reslens::vulkan
