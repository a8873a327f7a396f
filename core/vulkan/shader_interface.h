// Reads the kinds of a compute shader's bindings and the size of its push block from its SPIR-V, so the code that
// dispatches it needs no list of its own.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace reslens::vulkan {

enum class Binding {
    Texels,  // uniform texel buffer: read four floats at a time
    Storage, // storage buffer
};

struct ShaderInterface {
    std::vector<Binding> bindings; // set 0, binding 0, 1, ...
    std::uint32_t pushBytes = 0;
};

/// `words` must be valid SPIR-V whose push block has only numbers and vectors of them.
ShaderInterface interfaceOf(std::span<const std::uint32_t> words);

} // namespace reslens::vulkan
