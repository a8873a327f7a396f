// The ribbon's words for a block: its place, its numbers with their formulas, and its complaints.
#pragma once

#include "models/block_model.h"

namespace reslens::models {

/// Returns "not finite: F, u", "dead: y is 0 everywhere", ...; empty if all is well.
QStringList complaintsOf(const study::BlockFacts &numbers);
/// Returns "skip ×0.5, branch cut"; empty if both are 1.
QString scaleText(const nn::BlockScale &scale);

/// Returns rich text: the block's description, and below it a table of name, value and formula.
QString tooltipOf(const BlockRow &row, const study::BlockFacts &numbers);
/// Returns plain text to be read aloud.
QString spokenTextOf(const BlockRow &row, const study::BlockFacts &numbers);

} // namespace reslens::models
