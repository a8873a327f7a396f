// The result of inspect as JSON; docs/cli.md lists its keys.
#pragma once

#include "analysis/groups.h"
#include "cli/inspection.h"
#include "cli/report.h"

namespace reslens::cli {

enum class Detail {
    Blocks,   // a number for each quantity of each block
    Channels, // also every channel, every group of a ResNeXt, the paths' products, and histograms
};

/// Keys of the answer: objective, blocks, ledger, paths, responses, parameters, input_gradient_norm.
Json inspectionJson(const Inspection &found, const nn::Model &model, Detail detail);

/// {"residual", "bias", "groups"}
Json groupsJson(const analysis::GroupContributions &groups);
/// {"index", "label"}
Json classJson(const nn::Model &model, int index);

} // namespace reslens::cli
