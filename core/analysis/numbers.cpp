#include "analysis/numbers.h"

#include <cmath>
#include <numeric>

namespace reslens::analysis {

Ratio ratio(double numerator, double denominator)
{
    if (denominator == 0 || !std::isfinite(numerator) || !std::isfinite(denominator))
        return {};
    return {numerator / denominator, true};
}

Magnitude magnitude(double squares, std::size_t count)
{
    const double norm = std::sqrt(squares);
    return {norm, count ? norm / std::sqrt(double(count)) : 0.0};
}

Magnitude magnitude(std::span<const float> values)
{
    return magnitude(dot(values, values), values.size());
}

Completeness completeness(double sum, double whole)
{
    return {sum, whole, ratio(std::abs(sum - whole), std::abs(whole))};
}

double dot(std::span<const float> a, std::span<const float> b)
{
    double total = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        total += double(a[i]) * b[i];
    return total;
}

double sum(std::span<const double> values)
{
    return std::accumulate(values.begin(), values.end(), 0.0);
}

std::span<const float> imageOf(const Tensor &tensor, int image)
{
    const std::size_t count = std::size_t(tensor.shape.c) * tensor.shape.planeCount();
    return {tensor.values.data() + std::size_t(image) * count, count};
}

std::string complaintAbout(const std::vector<std::pair<std::string, double>> &values)
{
    std::string names;
    for (const auto &[name, value] : values)
        if (!std::isfinite(value))
            names += (names.empty() ? "not finite: " : ", ") + name;
    return names;
}

} // namespace reslens::analysis
