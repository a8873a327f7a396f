#include "vulkan/buffer.h"

#include "vulkan/context.h"

#include <vulkan/vulkan_format_traits.hpp>

#include <algorithm>
#include <array>

namespace reslens::vulkan {

namespace {

using Usage = vk::BufferUsageFlagBits;

constexpr vk::DeviceSize kGuardBytes = 4096;
constexpr std::byte kSentinel{0xff}; // NaNs as numbers, so a reader of them shows too

vk::BufferUsageFlags usageFor(MemoryUse use)
{
    switch (use) {
    case MemoryUse::Upload:
        return Usage::eTransferSrc | Usage::eStorageBuffer;
    case MemoryUse::Readback:
        return Usage::eTransferDst;
    case MemoryUse::Device:
        break;
    }
    return Usage::eStorageBuffer | Usage::eUniformTexelBuffer | Usage::eTransferSrc | Usage::eTransferDst;
}

vk::DeviceSize checked(const Context &context, vk::DeviceSize sizeBytes, MemoryUse use, vk::Format texelFormat)
{
    const vk::PhysicalDeviceLimits &limits = context.limits();
    const vk::DeviceSize limit = std::min<vk::DeviceSize>(
        limits.maxStorageBufferRange, vk::DeviceSize(limits.maxTexelBufferElements) * vk::blockSize(texelFormat));
    if (use == MemoryUse::Device && sizeBytes > limit)
        throw Error{ErrorKind::Limit,
                    context.facts().name,
                    "one tensor would take " + std::to_string(sizeBytes >> 20) +
                        " MiB, kernels on this device can use " + std::to_string(limit >> 20) +
                        " MiB at once: use a smaller picture or fewer at a time",
                    {}};
    return sizeBytes;
}

vk::raii::Buffer makeBuffer(const Context &context, vk::DeviceSize sizeBytes, MemoryUse use, vk::Format texelFormat)
{
    const std::array families{context.queues().compute, context.queues().transfer};
    vk::BufferCreateInfo info({}, checked(context, sizeBytes, use, texelFormat), usageFor(use));
    if (context.queues().hasTransferQueue()) // one queue writes and the other reads
        info.setSharingMode(vk::SharingMode::eConcurrent).setQueueFamilyIndices(families);
    return vk::raii::Buffer(context.device(), info);
}

} // namespace

Buffer::Guard::Guard(const Context &of, std::span<std::byte> all, vk::DeviceSize sizeBytes)
    : context(&of), bytes(all.first(sizeBytes)), behind(all.subspan(sizeBytes))
{
    std::ranges::fill(all.subspan(sizeBytes), kSentinel);
}

Buffer::Guard &Buffer::Guard::operator=(Guard &&other) noexcept
{
    if (this == &other)
        return *this;
    check();
    context = std::exchange(other.context, nullptr);
    bytes = other.bytes;
    behind = other.behind;
    zeroBytes = other.zeroBytes;
    return *this;
}

void Buffer::Guard::check() const
{
    if (!context)
        return;
    const auto isOther = [](std::byte than) { return [than](std::byte byte) { return byte != than; }; };
    if (std::ranges::any_of(behind, isOther(kSentinel)))
        context->report("a kernel wrote behind the end of a buffer of " + std::to_string(bytes.size()) + " bytes");
    if (std::ranges::any_of(bytes.first(zeroBytes), isOther(std::byte(0))))
        context->report("a kernel wrote before the start of a tensor of " + std::to_string(bytes.size()) + " bytes");
}

Buffer::Buffer(const Context &context, vk::DeviceSize sizeBytes, MemoryUse use, vk::Format texelFormat)
    : m_sizeBytes(sizeBytes)
{
    const bool isGuarded = context.guardsBuffers() && use == MemoryUse::Device;
    const vk::DeviceSize allBytes = sizeBytes + (isGuarded ? kGuardBytes : 0);
    m_buffer = makeBuffer(context, allBytes, use, texelFormat);
    m_allocation = context.memory().allocate(m_buffer.getMemoryRequirements(), use);
    m_buffer.bindMemory(m_allocation.memory(), m_allocation.offset());
    if (use == MemoryUse::Device)
        m_view = vk::raii::BufferView(context.device(),
                                      vk::BufferViewCreateInfo({}, *m_buffer, texelFormat, 0, VK_WHOLE_SIZE));
    if (isGuarded && m_allocation.mapped())
        m_guard = Guard(context, std::span(m_allocation.mapped(), allBytes), sizeBytes);
}

} // namespace reslens::vulkan
