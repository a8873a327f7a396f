// Comparison of tensors: scale-free errors, and a sentence that says where two tensors differ most.
#pragma once

#include "tensor/tensor.h"

#include <QByteArray>

#include <cmath>
#include <limits>
#include <span>
#include <sstream>

namespace reslens::test {

/// Returns ‖a − b‖ / ‖b‖ in double precision; infinite if the sizes differ or anything is not finite. 0 / 0 is 0.
inline double relativeError(std::span<const float> a, std::span<const float> b)
{
    constexpr double kInfinite = std::numeric_limits<double>::infinity();
    if (a.size() != b.size())
        return kInfinite;
    double difference = 0, norm = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (!std::isfinite(a[i]) || !std::isfinite(b[i]))
            return kInfinite;
        difference += (double(a[i]) - b[i]) * (double(a[i]) - b[i]);
        norm += double(b[i]) * b[i];
    }
    if (difference == 0)
        return 0;
    return norm == 0 ? kInfinite : std::sqrt(difference / norm);
}

inline double relativeError(const Tensor &a, const Tensor &b)
{
    return a.shape == b.shape ? relativeError(a.values, b.values) : std::numeric_limits<double>::infinity();
}

/// Returns "relative error 3e-3; worst at 17: 1.25, expected 1.5 (2x4x8x8)", the message of a failed comparison.
inline QByteArray worst(const Tensor &actual, const Tensor &expected)
{
    std::ostringstream text;
    if (actual.shape != expected.shape) {
        text << "shape " << actual.shape.text() << ", expected " << expected.shape.text();
        return QByteArray::fromStdString(text.str());
    }
    std::size_t at = 0;
    double largest = -1;
    for (std::size_t i = 0; i < actual.values.size(); ++i) {
        const double difference = std::abs(double(actual.values[i]) - expected.values[i]);
        if (!(difference <= largest)) { // also when it is NaN
            largest = difference;
            at = i;
        }
    }
    text << "relative error " << relativeError(actual, expected);
    if (!actual.values.empty())
        text << "; worst at " << at << ": " << actual.values[at] << ", expected " << expected.values[at] << " ("
             << actual.shape.text() << ")";
    return QByteArray::fromStdString(text.str());
}

} // namespace reslens::test
