// What the skip page says about one block: its channels, its groups, and its sum in words.
#pragma once

#include "analysis/groups.h"
#include "analysis/skip.h"
#include "widgets/plot.h"
#include "widgets/theme.h"

namespace reslens::pages {

/// Channel numbers by sigma_F, largest first; dead ones last.
std::vector<int> byBranchShare(const analysis::BlockContribution &block);
/// A bar per channel, in that order, from skip to overwrite; the legend counts them.
widgets::Plot channelsPlot(const analysis::BlockContribution &block, const std::vector<int> &order,
                           const widgets::Theme &theme);
QString channelText(const analysis::BlockContribution &block, int channel);

widgets::Plot groupsPlot(const analysis::GroupContributions &groups, const widgets::Theme &theme);

/// "u = 1·s + 1·F …" as rich text: numbers, the sum of the shares, and what they mean.
QString equationOf(const analysis::BlockContribution &block, const widgets::Theme &theme);

} // namespace reslens::pages
