// The SPIR-V of shaders/*.comp, compiled at build time.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace reslens::shaders {

/// The words of shaders/<name>.comp; empty if there is no such shader.
std::span<const std::uint32_t> find(std::string_view name);

} // namespace reslens::shaders
