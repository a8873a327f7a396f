#include "models/statistics.h"

#include "models/table.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

namespace reslens::models {

namespace {

std::span<const float> plane(const Tensor &tensor, int channel)
{
    return {tensor.values.data() + tensor.index(0, channel, 0, 0), tensor.shape.planeCount()};
}

ChannelStatistics statisticsOf(std::span<const float> values)
{
    ChannelStatistics s;
    double sum = 0, squares = 0;
    std::size_t zeros = 0, finite = 0;
    for (const float value : values) {
        if (!std::isfinite(value)) {
            s.isFinite = false;
            continue;
        }
        s.minimum = finite == 0 ? value : std::min(s.minimum, value);
        s.maximum = finite == 0 ? value : std::max(s.maximum, value);
        sum += value;
        squares += double(value) * value;
        zeros += value == 0;
        ++finite;
    }
    if (finite == 0)
        return s;
    s.mean = sum / double(finite);
    s.norm = std::sqrt(squares);
    s.zeroShare = double(zeros) / double(finite);
    double spread = 0; // a second pass, since squares - mean^2 would cancel
    for (const float value : values)
        if (std::isfinite(value))
            spread += (value - s.mean) * (value - s.mean);
    s.deviation = std::sqrt(spread / double(finite));
    return s;
}

} // namespace

std::vector<ChannelStatistics> channelStatistics(const Tensor &tensor)
{
    std::vector<ChannelStatistics> all;
    all.reserve(tensor.shape.c);
    for (int c = 0; c < tensor.shape.c; ++c)
        all.push_back(statisticsOf(plane(tensor, c)));
    return all;
}

std::vector<double> orderKeys(const std::vector<ChannelStatistics> &statistics, ChannelOrder order,
                              const std::vector<double> &relevance)
{
    if (order == ChannelOrder::Relevance && relevance.size() == statistics.size())
        return relevance;
    std::vector<double> keys;
    keys.reserve(statistics.size());
    for (const ChannelStatistics &s : statistics)
        keys.push_back(order == ChannelOrder::Mean      ? s.mean
                       : order == ChannelOrder::Maximum ? s.maximum
                       : order == ChannelOrder::Norm    ? s.norm
                                                        : 0);
    return keys;
}

std::vector<int> orderedChannels(const std::vector<ChannelStatistics> &statistics, ChannelOrder order,
                                 const std::vector<double> &relevance)
{
    const std::vector<double> keys = orderKeys(statistics, order, relevance);
    std::vector<int> channels(statistics.size());
    std::iota(channels.begin(), channels.end(), 0);
    std::ranges::stable_sort(channels, std::ranges::greater(), [&](int c) { return keys[std::size_t(c)]; });
    return channels;
}

float magnitudeQuantile(const Tensor &tensor, double share)
{
    std::vector<float> magnitudes;
    magnitudes.reserve(tensor.shape.c * tensor.shape.planeCount());
    for (std::size_t i = 0; i < tensor.shape.c * tensor.shape.planeCount(); ++i)
        if (std::isfinite(tensor.values[i]))
            magnitudes.push_back(std::abs(tensor.values[i]));
    if (magnitudes.empty())
        return 0;
    const double rank = std::clamp(std::ceil(share * double(magnitudes.size())), 1.0, double(magnitudes.size()));
    const auto at = magnitudes.begin() + std::ptrdiff_t(rank) - 1;
    std::nth_element(magnitudes.begin(), at, magnitudes.end());
    return *at;
}

std::vector<int> histogram(const Tensor &tensor, int channel, int bins)
{
    std::vector<int> counts(bins, 0);
    const std::span<const float> values = plane(tensor, channel);
    const ChannelStatistics s = statisticsOf(values);
    const double width = (double(s.maximum) - s.minimum) / bins;
    for (const float value : values) {
        if (!std::isfinite(value))
            continue;
        const int bin = width > 0 ? int((value - double(s.minimum)) / width) : 0;
        ++counts[std::clamp(bin, 0, bins - 1)];
    }
    return counts;
}

Table channelsTable(const std::vector<ChannelStatistics> &statistics, const std::vector<double> &relevance)
{
    Table table{
        "channels", {"channel", "minimum", "maximum", "mean", "deviation", "norm", "share of zeros", "not finite"}, {}};
    const bool hasRelevance = relevance.size() == statistics.size() && !relevance.empty();
    if (hasRelevance)
        table.columns << "gradient × activation";
    for (int c = 0; c < int(statistics.size()); ++c) {
        const ChannelStatistics &s = statistics[std::size_t(c)];
        table.rows.push_back({c, cellOf(double(s.minimum)), cellOf(double(s.maximum)), cellOf(s.mean),
                              cellOf(s.deviation), cellOf(s.norm), cellOf(s.zeroShare),
                              s.isFinite ? QString() : QStringLiteral("not finite")});
        if (hasRelevance)
            table.rows.back() << cellOf(relevance[std::size_t(c)]);
    }
    return table;
}

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
    double spread = 0; // a second pass, since squares - mean^2 would cancel
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
            if (std::isnan(value) || std::abs(value) > std::abs(best)) // false once best is NaN, so NaN stays
                best = value;
        }
    return strongest;
}

} // namespace reslens::models
