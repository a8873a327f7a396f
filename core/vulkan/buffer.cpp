#include "vulkan/buffer.h"

#include "vulkan/context.h"

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

} // namespace

Buffer::Buffer(const Context &context, vk::DeviceSize sizeBytes, MemoryUse use)
    : m_buffer(context.device(), vk::BufferCreateInfo({}, sizeBytes, usageFor(use))), m_sizeBytes(sizeBytes)
{
    m_allocation = context.memory().allocate(m_buffer.getMemoryRequirements(), use);
    m_buffer.bindMemory(m_allocation.memory(), m_allocation.offset());
    if (use == MemoryUse::Device)
        m_view = vk::raii::BufferView(
            context.device(),
            vk::BufferViewCreateInfo({}, *m_buffer, vk::Format::eR32G32B32A32Sfloat, 0, VK_WHOLE_SIZE));
}

} // namespace reslens::vulkan
