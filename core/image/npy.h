// NumPy's array files: float32, little-endian, C order; how tensors come in ready-made and go out to other tools.
#pragma once

#include "error/error.h"
#include "tensor/tensor.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace reslens::image {

constexpr std::uint64_t kMaxNpyBytes = std::uint64_t(1) << 30;

struct NpyArray {
    std::vector<std::int64_t> shape; // at most 8 axes, none negative
    std::vector<float> values;       // the product of the shape
};

/// Any shape. Errors: NotFound, Io, Malformed, Limit, Unsupported (another type or order: says which).
Result<NpyArray> readNpyArray(const std::filesystem::path &path);

/// A preprocessed input: (3,H,W), which becomes (1,3,H,W), or (N,3,H,W). Also Mismatch for any other shape.
Result<Tensor> readNpy(const std::filesystem::path &path);

/// Writes `tensor` with its four axes, or with `shape`, whose product is the same. The file appears whole or not at
/// all.
Result<void> writeNpy(const std::filesystem::path &path, const Tensor &tensor, std::vector<std::int64_t> shape = {});

} // namespace reslens::image
