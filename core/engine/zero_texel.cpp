#include "engine/zero_texel.h"

#include "engine/packing.h"
#include "vulkan/recorder.h"

namespace reslens::engine {

void writeZeroTexels(const vulkan::Context &context, std::span<const vulkan::Buffer> buffers)
{
    vulkan::Recorder recorder(context, 0);
    for (const vulkan::Buffer &buffer : buffers)
        recorder.fillZero(buffer, kTexelBytes);
    recorder.finish();
    recorder.submit();
}

} // namespace reslens::engine
