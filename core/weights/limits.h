// Limits on what a checkpoint may make us read or allocate, and overflow-free arithmetic for the sizes that it claims.
// Each limit has a test at its value and one beyond.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>

namespace reslens::weights {

// The largest published ResNet (wide_resnet101_2) has 127 M parameters in 632 tensors: 0.5 GB in fp32, three times that
// with its optimizer's state.
constexpr std::uint64_t kMaxFileBytes = std::uint64_t(4) << 30;
constexpr std::size_t kMaxTensors = 4096;
constexpr std::size_t kMaxRank = 8;
constexpr std::size_t kMaxNameBytes = 512;

constexpr std::uint64_t kMaxSafetensorsHeaderBytes = std::uint64_t(8) << 20; // the format allows 100 MB

constexpr std::uint64_t kMaxPickleBytes = std::uint64_t(16) << 20;
// One with NumPy arrays holds their elements: those of a ResNet-152 as protocol 2 writes bytes, and more.
constexpr std::uint64_t kMaxPickleWithArraysBytes = std::uint64_t(1) << 30;
constexpr int kMaxPickleNesting = 64;
constexpr std::size_t kMaxPickleMemo = 65'536;
constexpr std::size_t kMaxPickleStack = 1'000'000;
// A pickle of 16 MiB may build this much, so reading it takes at most 64 MiB.
constexpr std::size_t kMaxPickleNodes = 250'000;
constexpr std::size_t kMaxPickleItems = 1'000'000;

constexpr std::uint64_t kMaxZipEntries = 16'384;
constexpr std::uint64_t kMaxInflation = 100; // bytes of an entry for each of its compressed ones

// These compute sizes from a file in 64 bits; the result is empty if it would not fit.

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

/// The number of elements of `shape` (extents >= 0). Empty if it, or the product of the non-zero extents, does not fit
/// a signed 64-bit integer.
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
