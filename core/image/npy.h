// NumPy's array files: float32, little-endian, C order. Ready-made tensors come in, and tensors for other tools go out,
// in this format. Source: numpy.lib.format (NEP 1).
#pragma once

#include "error/error.h"
#include "tensor/tensor.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reslens::image {

constexpr std::uint64_t kMaxNpyBytes = std::uint64_t(1) << 30;

struct NpyArray {
    std::vector<std::int64_t> shape; // at most 8 axes, none negative
    std::vector<float> values;       // as many as the product of the shape
};

/// Reads an array of any shape. Errors: NotFound, Io, Malformed, Limit, Unsupported (another type or order: says
/// which).
Result<NpyArray> readNpyArray(const std::filesystem::path &path);

/// Reads a preprocessed input of `channels` channels, (N,C,H,W) or (C,H,W), which becomes (1,C,H,W). Errors as above;
/// Mismatch: another shape.
Result<Tensor> readNpy(const std::filesystem::path &path, int channels = 3);

/// Writes `tensor` with its four axes, or with `shape`, which must have the same product. The file appears whole or not
/// at all.
Result<void> writeNpy(const std::filesystem::path &path, const Tensor &tensor, std::vector<std::int64_t> shape = {});

constexpr std::size_t kMaxNpyAxes = 8;

struct NpyHeader {
    std::string descr; // "<f4"
    bool isFortranOrder = false;
    std::vector<std::int64_t> shape;
};

/// Parses "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 224, 224), }" and white space after it; empty if
/// `text` is anything else.
std::optional<NpyHeader> parseNpyHeader(std::string_view text);

/// Writes the same text, for float32 in C order.
std::string npyHeaderText(const std::vector<std::int64_t> &shape);

} // namespace reslens::image
