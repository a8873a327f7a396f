// The ledger as a waterfall: bars that begin where the one before ended, and at last the logit itself.
#pragma once

#include "analysis/ledger.h"
#include "models/table.h"
#include "widgets/plot.h"
#include "widgets/theme.h"

namespace reslens::pages {

enum class LedgerOrder { Depth, Size };

struct LedgerPart {
    enum class Kind { Bias, Stem, Block, Projections, Total };

    Kind kind;
    QString name; // "bias", "layer2.0", "logit"
    double value = 0;
    int block = -1; // of Kind::Block
};

/// Bias, stem, the blocks by depth or by size (the largest first), the projections where there are any, and the total.
std::vector<LedgerPart> partsOf(const analysis::Ledger &ledger, LedgerOrder order);

/// Kinds of names for the bars, from the roomiest.
enum class LedgerNames { Full, Short, Stages };

struct LedgerNaming {
    LedgerNames names = LedgerNames::Full;
    QString total; // "logit of ship"
};

/// x of a bar is its index in `parts`.
widgets::Plot waterfallOf(const std::vector<LedgerPart> &parts, LedgerNaming naming, const widgets::Theme &theme);

/// The stretches of the x axis, named as `names` says.
std::vector<widgets::Segment> segmentsOf(const std::vector<LedgerPart> &parts, LedgerNames names);

/// Every part by depth with the sum so far.
models::Table tableOf(const analysis::Ledger &ledger);

/// The first complaint of a block, by its name; empty where all is well.
QString complaintOf(const analysis::Ledger &ledger);

/// "+1.25", "-0.031"
QString signedText(double value);

} // namespace reslens::pages
