// Numbers that describe one tensor of a checkpoint, and its values arranged for looking at.
#pragma once

#include "tensor/tensor.h"

#include <cstdint>
#include <span>
#include <vector>

namespace reslens::models {

struct ParameterStatistics {
    std::int64_t count = 0, notFinite = 0, zeros = 0;
    // Of the finite values only, in double precision; all 0 where there are none.
    double minimum = 0, maximum = 0, mean = 0;
    double deviation = 0; // population: sqrt(mean of (value - mean)^2)
    double norm = 0;      // sqrt of the sum of squares

    bool isDefined() const { return count > notFinite; }
    double zeroShare() const { return count > 0 ? double(zeros) / double(count) : 0; } // of all values
};

ParameterStatistics parameterStatistics(std::span<const float> values);

/// Counts of the finite values in `bins` equal bins from minimum to maximum (the last includes it).
std::vector<int> valueHistogram(std::span<const float> values, const ParameterStatistics &statistics, int bins);

/// A matrix (1, 1, rows, columns) with cells of `cell` x `cell` of its values in place of each: in each cell the value
/// of the largest magnitude, so that single strong weights are not averaged away; NaN where a cell has one.
Tensor strongestOf(std::span<const float> values, int rows, int columns, int cell);

} // namespace reslens::models
