// Statistics of a channel or a parameter tensor, orders of channels, and values arranged for display.
#pragma once

#include "models/table.h"
#include "tensor/tensor.h"

#include <cstdint>
#include <span>
#include <vector>

namespace reslens::models {

/// The statistics of one channel of a tensor.
struct ChannelStatistics {
    float minimum = 0, maximum = 0; // of the finite values
    double mean = 0;
    double deviation = 0; // population: sqrt(mean of (value - mean)^2)
    double norm = 0;      // sqrt of the sum of squares
    double zeroShare = 0; // share of the values that are exactly 0
    bool isFinite = true; // no value is NaN or infinite
};

/// Computes every channel of image 0 in double precision. Values that are not finite are left out and flagged.
std::vector<ChannelStatistics> channelStatistics(const Tensor &tensor);

enum class ChannelOrder { Index, Mean, Maximum, Norm, Relevance };

/// Returns the sort key of each channel. `relevance` is analysis::channelRelevance(), and may be empty while unknown.
std::vector<double> orderKeys(const std::vector<ChannelStatistics> &statistics, ChannelOrder order,
                              const std::vector<double> &relevance = {});
/// Returns channel numbers, largest key first. Ties and ChannelOrder::Index go by number.
std::vector<int> orderedChannels(const std::vector<ChannelStatistics> &statistics, ChannelOrder order,
                                 const std::vector<double> &relevance = {});

/// Returns the magnitude that `share` (0 to 1) of image 0's finite values do not exceed; a share of 0 gives the
/// smallest. Returns 0 if no value is finite.
float magnitudeQuantile(const Tensor &tensor, double share);

/// Counts the values of `channel` in `bins` equal bins from its minimum to its maximum (the last includes it).
std::vector<int> histogram(const Tensor &tensor, int channel, int bins);

/// Returns one row per channel, from its finite values. `relevance` is as for orderKeys().
Table channelsTable(const std::vector<ChannelStatistics> &statistics, const std::vector<double> &relevance = {});

/// The statistics of one tensor of a checkpoint.
struct ParameterStatistics {
    std::int64_t count = 0, notFinite = 0, zeros = 0;
    // These count finite values only, in double precision; all are 0 if there are none.
    double minimum = 0, maximum = 0, mean = 0;
    double deviation = 0; // population: sqrt(mean of (value - mean)^2)
    double norm = 0;      // sqrt of the sum of squares

    bool isDefined() const { return count > notFinite; }
    double zeroShare() const { return count > 0 ? double(zeros) / double(count) : 0; } // share of all values
};

ParameterStatistics parameterStatistics(std::span<const float> values);

/// Counts the finite values in `bins` equal bins from minimum to maximum (the last includes it).
std::vector<int> valueHistogram(std::span<const float> values, const ParameterStatistics &statistics, int bins);

/// Shrinks a matrix to (1, 1, rows, columns) by cells of `cell` x `cell` values. A cell shows its value of the largest
/// magnitude, so that single strong weights are not averaged away; NaN if the cell contains one.
Tensor strongestOf(std::span<const float> values, int rows, int columns, int cell);

} // namespace reslens::models
