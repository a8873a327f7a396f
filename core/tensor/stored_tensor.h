// A tensor in memory or in a file: typed bytes of any rank, turned into floats on demand.
#pragma once

#include "tensor/stable_file.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace reslens {

enum class DType { F32, F16, BF16, F64, I64, I32, I16, I8, U8, Bool };

std::size_t sizeBytes(DType dtype);
std::string name(DType dtype);

struct StoredTensor {
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;
    std::vector<std::int64_t> strides; // in elements; empty means contiguous (row-major)
    // Little-endian, from the tensor's first element to its last. The bytes are in memory, or else in `file`.
    std::span<const std::byte> bytes;
    std::shared_ptr<const void> owner; // keeps `bytes` alive
    std::shared_ptr<const StableFile> file = nullptr;
    std::uint64_t fileOffset = 0, fileBytes = 0;

    std::int64_t count() const; // product of the shape; 1 for a scalar
    bool isFloating() const
    {
        return dtype == DType::F32 || dtype == DType::F16 || dtype == DType::BF16 || dtype == DType::F64;
    }
    /// All elements in row-major order as fp32. The reader that made the tensor has checked that its bytes cover it.
    /// Any thread may call it. Throws Error (Io) if the file cannot be read or has changed since it was opened.
    std::vector<float> toFloats() const;
    /// The elements without a copy, if memory holds just them (contiguous, F32, aligned); else empty.
    std::optional<std::span<const float>> floatsInPlace() const;
};

/// "[64, 3, 7, 7]"
std::string shapeText(std::span<const std::int64_t> shape);

/// A contiguous fp32 tensor that owns its values: for generated weights and tests.
StoredTensor storeFloats(std::vector<std::int64_t> shape, std::vector<float> values);

float halfToFloat(std::uint16_t bits);
/// The nearest fp16, the even one in a tie; infinite from 65520 on.
std::uint16_t floatToHalf(float value);
float bfloat16ToFloat(std::uint16_t bits);

} // namespace reslens
