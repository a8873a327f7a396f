#include "models/parameter_statistics.h"

#include <algorithm>
#include <cmath>

namespace reslens::models {

ParameterStatistics parameterStatistics(std::span<const float> values)
{
    ParameterStatistics s;
    s.count = std::int64_t(values.size());
    double sum = 0, squares = 0;
    bool isFirst = true;
    for (const float value : values) {
        if (!std::isfinite(value)) {
            ++s.notFinite;
            continue;
        }
        s.minimum = isFirst ? value : std::min(s.minimum, double(value));
        s.maximum = isFirst ? value : std::max(s.maximum, double(value));
        isFirst = false;
        sum += value;
        squares += double(value) * value;
        s.zeros += value == 0;
    }
    if (!s.isDefined())
        return s;
    const double finite = double(s.count - s.notFinite);
    s.mean = sum / finite;
    s.norm = std::sqrt(squares);
    double spread = 0; // a second pass: squares - mean^2 would cancel
    for (const float value : values)
        if (std::isfinite(value))
            spread += (value - s.mean) * (value - s.mean);
    s.deviation = std::sqrt(spread / finite);
    return s;
}

std::vector<int> valueHistogram(std::span<const float> values, const ParameterStatistics &statistics, int bins)
{
    std::vector<int> counts(std::size_t(bins), 0);
    const double width = (statistics.maximum - statistics.minimum) / bins;
    for (const float value : values) {
        if (!std::isfinite(value))
            continue;
        const int bin = width > 0 ? int((value - statistics.minimum) / width) : 0;
        ++counts[std::size_t(std::clamp(bin, 0, bins - 1))];
    }
    return counts;
}

Tensor strongestOf(std::span<const float> values, int rows, int columns, int cell)
{
    Tensor strongest(Shape{1, 1, (rows + cell - 1) / cell, (columns + cell - 1) / cell});
    for (int row = 0; row < rows; ++row)
        for (int column = 0; column < columns; ++column) {
            const float value = values[std::size_t(row) * std::size_t(columns) + std::size_t(column)];
            float &best = strongest(0, 0, row / cell, column / cell);
            if (std::isnan(value) || std::abs(value) > std::abs(best)) // false where best is NaN, which stays
                best = value;
        }
    return strongest;
}

} // namespace reslens::models
