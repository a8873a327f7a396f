// The text header of NumPy's array files: a Python dictionary with exactly the keys descr, fortran_order and shape.
// Source: numpy.lib.format (NEP 1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reslens::image {

constexpr std::size_t kMaxNpyAxes = 8;

struct NpyHeader {
    std::string descr; // "<f4"
    bool isFortranOrder = false;
    std::vector<std::int64_t> shape;
};

/// "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 224, 224), }" and white space after it; nothing if `text` is
/// anything else.
std::optional<NpyHeader> parseNpyHeader(std::string_view text);

/// The same text for float32 in C order.
std::string npyHeaderText(const std::vector<std::int64_t> &shape);

} // namespace reslens::image
