// Derivatives from values alone.
#pragma once

#include <functional>

namespace reslens::test {

/// f'(0) = (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h + O(h^4). It is exact except for rounding if f is a polynomial
/// up to degree 4.
inline double derivativeAtZero(const std::function<double(double)> &f, double h)
{
    return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h);
}

} // namespace reslens::test
