// Texel 0 of a packed tensor is zero, since a tap that falls into the padding reads it (shaders/include/packed.glsl).
#pragma once

#include "vulkan/buffer.h"

#include <span>

namespace reslens::engine {

/// Makes it so in new buffers, and waits. No kernel writes there, so once is enough. Throws vk::SystemError.
void writeZeroTexels(const vulkan::Context &context, std::span<const vulkan::Buffer> buffers);

} // namespace reslens::engine
