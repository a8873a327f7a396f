// Sizes from a file, computed in 64 bits; nothing where the result would not fit.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>

namespace reslens::weights {

inline std::optional<std::uint64_t> checkedAdd(std::uint64_t a, std::uint64_t b)
{
    std::uint64_t sum = 0;
    return __builtin_add_overflow(a, b, &sum) ? std::nullopt : std::optional(sum);
}

inline std::optional<std::uint64_t> checkedMultiply(std::uint64_t a, std::uint64_t b)
{
    std::uint64_t product = 0;
    return __builtin_mul_overflow(a, b, &product) ? std::nullopt : std::optional(product);
}

/// The number of elements of `shape` (extents >= 0); nothing where it, or the product of the non-zero extents, would
/// not fit a signed 64-bit integer.
inline std::optional<std::uint64_t> checkedCount(std::span<const std::int64_t> shape)
{
    std::uint64_t product = 1;
    bool isEmpty = false;
    for (const std::int64_t extent : shape) {
        isEmpty = isEmpty || extent == 0;
        const auto next = checkedMultiply(product, extent == 0 ? 1 : std::uint64_t(extent));
        if (!next || *next > std::uint64_t(std::numeric_limits<std::int64_t>::max()))
            return std::nullopt;
        product = *next;
    }
    return isEmpty ? 0 : product;
}

} // namespace reslens::weights
