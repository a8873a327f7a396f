// Numbers that describe one channel of a tensor, and the orders in which channels can be shown.
#pragma once

#include "models/table.h"
#include "tensor/tensor.h"

#include <vector>

namespace reslens::models {

struct ChannelStatistics {
    float minimum = 0, maximum = 0; // of the finite values
    double mean = 0;
    double deviation = 0; // population: sqrt(mean of (value - mean)^2)
    double norm = 0;      // sqrt of the sum of squares
    double zeroShare = 0; // of the values that are exactly 0
    bool isFinite = true; // no NaN and no infinity among them
};

/// Of every channel of image 0, in double precision. Values that are not finite are left out and flagged.
std::vector<ChannelStatistics> channelStatistics(const Tensor &tensor);

enum class ChannelOrder { Index, Mean, Maximum, Norm, Relevance };

/// Of each channel, by what it is ordered; `relevance` is analysis::channelRelevance(), and may still be unknown.
std::vector<double> orderKeys(const std::vector<ChannelStatistics> &statistics, ChannelOrder order,
                              const std::vector<double> &relevance = {});
/// Channel numbers, largest first; ties and ChannelOrder::Index by number.
std::vector<int> orderedChannels(const std::vector<ChannelStatistics> &statistics, ChannelOrder order,
                                 const std::vector<double> &relevance = {});

/// The magnitude that `share` of image 0's finite values do not exceed; 0 where there are none.
float magnitudeQuantile(const Tensor &tensor, double share);

/// Counts of the values of `channel` in `bins` equal bins from its minimum to its maximum (the last includes it).
std::vector<int> histogram(const Tensor &tensor, int channel, int bins);

/// One row for each channel. `relevance` as for orderKeys().
/// Numbers are of the finite values.
Table channelsTable(const std::vector<ChannelStatistics> &statistics, const std::vector<double> &relevance = {});

} // namespace reslens::models
