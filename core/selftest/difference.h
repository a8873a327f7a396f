// Measures how far one tensor is from another, and where.
#pragma once

#include <cstddef>
#include <span>

namespace reslens::selftest {

struct Difference {
    double relative = 0; // ‖found − expected‖ / ‖expected‖; infinite if `found` is not finite; 0 / 0 is 0
    std::size_t at = 0;  // the element that differs most
    float found = 0, expected = 0; // its two values
    bool isDefined = true;         // false: `expected` is not finite at `at`
};

/// The difference of two tensors of the same size.
Difference difference(std::span<const float> found, std::span<const float> expected);

} // namespace reslens::selftest
