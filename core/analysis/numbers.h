// The sums and ratios of all decompositions, in double precision. They never hide a NaN.
#pragma once

#include "tensor/tensor.h"

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace reslens::analysis {

/// It is 0 and undefined if the denominator is 0 or either number is not finite.
struct Ratio {
    double value = 0;
    bool isDefined = false;
};
Ratio ratio(double numerator, double denominator);

/// A tensor's Euclidean norm, and norm / sqrt(numel), which can be compared across shapes.
struct Magnitude {
    double norm = 0, rms = 0;
};
Magnitude magnitude(double squares, std::size_t count);
Magnitude magnitude(std::span<const float> values);

/// The distance of the parts of an exact decomposition from the whole: |sum - whole| / |whole|.
struct Completeness {
    double sum = 0, whole = 0;
    Ratio residual;
};
Completeness completeness(double sum, double whole);

double dot(std::span<const float> a, std::span<const float> b);
double sum(std::span<const double> values);

/// The elements of image `image` of a batch.
std::span<const float> imageOf(const Tensor &tensor, int image);

/// "not finite: F, u": the names whose values are NaN or infinite; empty if there is none.
std::string complaintAbout(const std::vector<std::pair<std::string, double>> &values);

} // namespace reslens::analysis
