#include "engine/activation_buffers.h"

#include "engine/packing.h"
#include "vulkan/recorder.h"

namespace reslens::engine {

std::vector<vulkan::Buffer> makeActivationBuffers(const vulkan::Context &context, std::span<const std::size_t> texels)
{
    std::vector<vulkan::Buffer> buffers;
    buffers.reserve(texels.size());
    vulkan::Recorder zeros(context, 0);
    for (const std::size_t count : texels)
        zeros.fillZero(buffers.emplace_back(context, count * kTexelBytes, vulkan::MemoryUse::Device), kTexelBytes);
    zeros.finish();
    zeros.submit();
    return buffers;
}

} // namespace reslens::engine
