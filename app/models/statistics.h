// Numbers that describe a channel or a parameter tensor, the orders in which channels are shown, and values arranged
// for looking at.
#pragma once

#include "models/table.h"
#include "tensor/tensor.h"

#include <cstdint>
#include <span>
#include <vector>

namespace reslens::models {

/// What describes one channel of a tensor.
struct ChannelStatistics {
    float minimum = 0, maximum = 0; // of the finite values
    double mean = 0;
    double deviation = 0; // population: sqrt(mean of (value - mean)^2)
    double norm = 0;      // sqrt of the sum of squares
    double zeroShare = 0; // of the values that are exactly 0
    bool isFinite = true; // no NaN and no infinity among them
};

/// The statistics of every channel of image 0, in double precision. Values that are not finite are left out and
/// flagged.
std::vector<ChannelStatistics> channelStatistics(const Tensor &tensor);

enum class ChannelOrder { Index, Mean, Maximum, Norm, Relevance };

/// The number by which each channel is ordered; `relevance` is analysis::channelRelevance(), and may still be unknown.
std::vector<double> orderKeys(const std::vector<ChannelStatistics> &statistics, ChannelOrder order,
                              const std::vector<double> &relevance = {});
/// Channel numbers, largest first; ties and ChannelOrder::Index by number.
std::vector<int> orderedChannels(const std::vector<ChannelStatistics> &statistics, ChannelOrder order,
                                 const std::vector<double> &relevance = {});

/// The magnitude that `share` (0 to 1) of image 0's finite values do not exceed, of a share of 0 the smallest; 0 where
/// there are none.
float magnitudeQuantile(const Tensor &tensor, double share);

/// Counts of the values of `channel` in `bins` equal bins from its minimum to its maximum (the last includes it).
std::vector<int> histogram(const Tensor &tensor, int channel, int bins);

/// One row for each channel. `relevance` as for orderKeys().
/// Numbers are of the finite values.
Table channelsTable(const std::vector<ChannelStatistics> &statistics, const std::vector<double> &relevance = {});

/// Numbers that describe one tensor of a checkpoint, and its values arranged for looking at.
struct ParameterStatistics {
    std::int64_t count = 0, notFinite = 0, zeros = 0;
    // These count finite values only, in double precision; all 0 where there are none.
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
