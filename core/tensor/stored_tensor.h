// A tensor as it lies in a file: typed bytes of any rank, read in place, turned into floats on demand.
#pragma once

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
    std::span<const std::byte> bytes;  // little-endian; begins at the tensor's first element
    std::shared_ptr<const void> owner; // keeps `bytes` alive (a file mapping or a buffer)
    bool isFileMapping = false;        // `bytes` lie in a read-only mapping of a file

    std::int64_t count() const; // product of the shape; 1 for a scalar
    bool isFloating() const
    {
        return dtype == DType::F32 || dtype == DType::F16 || dtype == DType::BF16 || dtype == DType::F64;
    }
    /// All elements in row-major order as fp32. The reader that made the tensor has checked that `bytes` covers it.
    std::vector<float> toFloats() const;
    /// The same without a copy where the bytes are that already (contiguous, F32, aligned), else nothing.
    std::optional<std::span<const float>> floatsInPlace() const;
    /// Memory that a file's bytes take goes back to the system until they are read again.
    void forget() const;
};

/// "[64, 3, 7, 7]"
std::string shapeText(std::span<const std::int64_t> shape);

/// A contiguous fp32 tensor that owns its values: for generated weights and tests.
StoredTensor storeFloats(std::vector<std::int64_t> shape, std::vector<float> values);

float halfToFloat(std::uint16_t bits);
/// The nearest fp16, of two alike the even one; infinite from 65520 on.
std::uint16_t floatToHalf(float value);
float bfloat16ToFloat(std::uint16_t bits);

} // namespace reslens
