// What the ribbon says of a block in words: its place, its numbers with their formulas, and what is wrong with it.
#pragma once

#include "models/block_model.h"

namespace reslens::models {

/// "not finite: F, u", "dead: y is 0 everywhere", ...; empty where all is well.
QStringList complaintsOf(const study::BlockFacts &numbers);
/// "skip ×0.5, branch cut"; empty where both are 1.
QString scaleText(const nn::BlockScale &scale);

/// Rich text: a table of name, value and formula under the block's description.
QString tooltipOf(const BlockRow &row, const study::BlockFacts &numbers);
/// Plain text, to be read aloud.
QString spokenTextOf(const BlockRow &row, const study::BlockFacts &numbers);

} // namespace reslens::models
