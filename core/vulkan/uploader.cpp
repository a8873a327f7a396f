#include "vulkan/uploader.h"

#include "vulkan/context.h"
#include "vulkan/recorder.h"

#include <algorithm>
#include <cstring>

namespace reslens::vulkan {

namespace {

constexpr std::size_t kPieces = 3; // one is being filled, one copied, one waits

} // namespace

Uploader::Uploader(const Context &context, vk::DeviceSize pieceBytes)
    : m_context(context),
      m_pool(context.device(),
             vk::CommandPoolCreateInfo(vk::CommandPoolCreateFlagBits::eResetCommandBuffer, context.queues().transfer))
{
    vk::raii::CommandBuffers commands(
        context.device(), vk::CommandBufferAllocateInfo(*m_pool, vk::CommandBufferLevel::ePrimary, kPieces));
    for (std::size_t i = 0; i < kPieces; ++i)
        m_ring.push_back({Buffer(context, pieceBytes, MemoryUse::Upload), std::move(commands[i]),
                          vk::raii::Fence(context.device(), vk::FenceCreateInfo())});
}

void Uploader::await(Piece &piece)
{
    if (!piece.isUnderway)
        return;
    const auto timeoutNs = std::uint64_t(std::chrono::nanoseconds(Recorder::kTimeout).count());
    const vk::Result result = m_context.device().waitForFences(*piece.done, VK_TRUE, timeoutNs);
    if (result != vk::Result::eSuccess) {
        m_context.waitIdle(); // the queue still reads our staging: nothing can be freed safely, so wait on
        piece.isUnderway = false;
        throw vk::SystemError(vk::make_error_code(result), "the device did not take an upload in time");
    }
    piece.isUnderway = false;
}

void Uploader::submit(Piece &piece, const Buffer &to, vk::DeviceSize offset, vk::DeviceSize sizeBytes)
{
    piece.commands.reset();
    piece.commands.begin(vk::CommandBufferBeginInfo(vk::CommandBufferUsageFlagBits::eOneTimeSubmit));
    piece.commands.copyBuffer(piece.staging.handle(), to.handle(), vk::BufferCopy(0, offset, sizeBytes));
    piece.commands.end();
    m_context.device().resetFences(*piece.done);
    m_context.submit(Work::Transfer, *piece.commands, *piece.done);
    piece.isUnderway = true;
}

/// Waits until the device no longer uses any piece, even after an error.
void Uploader::settle() noexcept
{
    for (Piece &piece : m_ring) {
        try {
            await(piece);
        } catch (const std::exception &) { // the first error is reported; a lost device uses nothing
        }
        piece.isUnderway = false;
    }
}

void Uploader::write(std::span<const std::byte> bytes, const Buffer &to)
{
    const std::lock_guard lock(m_mutex);
    try {
        write(bytes, m_ring.front().staging.mapped().size(), to);
    } catch (...) {
        settle();
        throw;
    }
}

void Uploader::write(std::span<const std::byte> bytes, vk::DeviceSize pieceBytes, const Buffer &to)
{
    for (std::size_t offset = 0, i = 0; offset < bytes.size(); offset += pieceBytes, ++i) {
        Piece &piece = m_ring[i % m_ring.size()];
        await(piece);
        const auto part = bytes.subspan(offset, std::min<std::size_t>(pieceBytes, bytes.size() - offset));
        std::memcpy(piece.staging.mapped().data(), part.data(), part.size());
        submit(piece, to, offset, part.size());
    }
    for (Piece &piece : m_ring)
        await(piece);
}

} // namespace reslens::vulkan
