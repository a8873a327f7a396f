#include "selftest/difference.h"

#include <cmath>
#include <limits>

namespace reslens::selftest {

Difference difference(std::span<const float> found, std::span<const float> expected)
{
    constexpr double kInfinite = std::numeric_limits<double>::infinity();
    double squares = 0, norm = 0, largest = -1;
    Difference result;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        if (!std::isfinite(expected[i]))
            return {kInfinite, i, found[i], expected[i], false};
        const double d = std::isfinite(found[i]) ? std::abs(double(found[i]) - expected[i]) : kInfinite;
        if (d > largest) {
            largest = d;
            result.at = i;
            result.found = found[i];
            result.expected = expected[i];
        }
        squares += d * d;
        norm += double(expected[i]) * expected[i];
    }
    if (squares > 0)
        result.relative = norm > 0 ? std::sqrt(squares / norm) : kInfinite;
    return result;
}

} // namespace reslens::selftest
