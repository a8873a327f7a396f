#include "vulkan/buffer.h"

#include "vulkan/context.h"

#include <vulkan/vulkan_format_traits.hpp>

#include <algorithm>
#include <array>

namespace reslens::vulkan {

namespace {

using Usage = vk::BufferUsageFlagBits;

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
    if (context.queues().hasTransferQueue()) // one writes what the other reads
        info.setSharingMode(vk::SharingMode::eConcurrent).setQueueFamilyIndices(families);
    return vk::raii::Buffer(context.device(), info);
}

} // namespace

Buffer::Buffer(const Context &context, vk::DeviceSize sizeBytes, MemoryUse use, vk::Format texelFormat)
    : m_buffer(makeBuffer(context, sizeBytes, use, texelFormat)), m_sizeBytes(sizeBytes)
{
    m_allocation = context.memory().allocate(m_buffer.getMemoryRequirements(), use);
    m_buffer.bindMemory(m_allocation.memory(), m_allocation.offset());
    if (use == MemoryUse::Device)
        m_view = vk::raii::BufferView(context.device(),
                                      vk::BufferViewCreateInfo({}, *m_buffer, texelFormat, 0, VK_WHOLE_SIZE));
}

} // namespace reslens::vulkan
