// How weights are stored on a device. Activations, gradients and all sums are fp32 either way: what the program shows
// must add up.
#pragma once

#include <cstddef>

namespace reslens::engine {

enum class WeightFormat {
    Float32,
    Float16, // half the memory; each weight, after its batch norm was folded in, is rounded to 11 significant bits
};

constexpr std::size_t bytesOf(WeightFormat format)
{
    return format == WeightFormat::Float16 ? 2 : 4;
}

} // namespace reslens::engine
