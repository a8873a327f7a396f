// One block on the skip page: its channels, its groups, and its sum in words.
#pragma once

#include "analysis/groups.h"
#include "analysis/skip.h"
#include "widgets/plot.h"
#include "widgets/theme.h"

namespace reslens::pages {

/// Returns channel numbers by sigma_F, largest first; dead ones come last.
std::vector<int> byBranchShare(const analysis::BlockContribution &block);
/// Plots a bar per channel in that order, from skip to overwrite. The legend counts the kinds.
widgets::Plot channelsPlot(const analysis::BlockContribution &block, const std::vector<int> &order,
                           const widgets::Theme &theme);
QString channelText(const analysis::BlockContribution &block, int channel);

widgets::Plot groupsPlot(const analysis::GroupContributions &groups, const widgets::Theme &theme);

/// Returns "u = 1·s + 1·F …" as rich text: numbers, the sum of the shares, and their meaning.
QString equationOf(const analysis::BlockContribution &block, const widgets::Theme &theme);

} // namespace reslens::pages
