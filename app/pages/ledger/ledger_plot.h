// The ledger as a waterfall: each bar begins where the last one ended, and the final bar is the logit.
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
    int block = -1; // for Kind::Block
};

/// Returns bias, stem, the blocks by depth or by size (largest first), the projections if there are any, and the
/// total.
std::vector<LedgerPart> partsOf(const analysis::Ledger &ledger, LedgerOrder order);

/// Lengths of the bars' names, longest first.
enum class LedgerNames { Full, Short, Stages };

struct LedgerNaming {
    LedgerNames names = LedgerNames::Full;
    QString total; // "logit of ship"
};

/// The x of a bar is its index in `parts`.
widgets::Plot waterfallOf(const std::vector<LedgerPart> &parts, const LedgerNaming &naming,
                          const widgets::Theme &theme);

/// Returns the segments of the x axis with the chosen names.
std::vector<widgets::Segment> segmentsOf(const std::vector<LedgerPart> &parts, LedgerNames names);

/// Returns every part by depth, with the sum so far.
models::Table tableOf(const analysis::Ledger &ledger);

/// Returns the first complaint, with its block's name; empty if all is well.
QString complaintOf(const analysis::Ledger &ledger);

/// "+1.25", "-0.031"
QString signedText(double value);

} // namespace reslens::pages
