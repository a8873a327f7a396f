// The buffers of packed tensors. Their texel 0 is zero, since a tap that falls into the padding reads it
// (shaders/include/packed.glsl).
#pragma once

#include "vulkan/buffer.h"

#include <cstddef>
#include <span>
#include <vector>

namespace reslens::engine {

/// One for each of `texels`, of so many texels, the zero texel written; no kernel writes there, so once is enough.
/// Throws vk::SystemError.
std::vector<vulkan::Buffer> makeActivationBuffers(const vulkan::Context &context, std::span<const std::size_t> texels);

} // namespace reslens::engine
