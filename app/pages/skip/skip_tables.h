// The skip page's numbers as tables.
#pragma once

#include "analysis/groups.h"
#include "analysis/response.h"
#include "analysis/skip.h"
#include "models/table.h"

namespace reslens::pages {

models::Table blocksTable(const std::vector<analysis::BlockContribution> &blocks);
models::Table channelsTable(const analysis::BlockContribution &block);
models::Table responsesTable(const std::vector<analysis::Response> &responses);
models::Table groupsTable(const analysis::GroupContributions &groups);

/// Returns "skip", "mix", "overwrite" or "dead".
QString nameOf(analysis::ChannelRole role);

} // namespace reslens::pages
