// Everything that is said of a residual block in one number, as data: its name, its formula and its value. The ribbon,
// tables, curves, the command line, comparisons and the table in docs/decompositions.md derive from this list.
// docs/decompositions.md defines the letters.
#pragma once

#include "analysis/gradient_flow.h"
#include "analysis/skip.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reslens::study {

/// Everything known of one block; what has not arrived yet is null.
struct BlockFacts {
    const analysis::BlockContribution *forward = nullptr;
    const analysis::BlockFlow *gradient = nullptr;
    nn::BlockScale scale;
};

/// Of every block, first to last; a view, as BlockFacts is.
std::vector<BlockFacts> factsOf(const std::vector<analysis::BlockContribution> &blocks);
std::vector<BlockFacts> factsOf(const analysis::GradientFlow &flow);

/// Which facts a quantity is made from.
enum class Needs { Scales, Forward, Gradient };

/// Which values the ends of a colour scale stand for.
enum class Span {
    FromZero,  // 0 and the largest
    AboutZero, // signed: minus and plus the largest magnitude
    Extremes,  // the smallest and the largest
};

/// Where a quantity is shown beyond the places that show all: tables, JSON, choices and the docs.
enum class Detail {
    Brief, // also in the text of inspect
    Usual, // also where a block is described in full, such as in the ribbon's tooltips
    Full,
};

/// The chart over the depth that has its curve.
enum class Chart { None, Shares, Ratio, Alignment, Refinement, Clipped, Changes, Magnitudes, Gain, Norms, Cosine };

/// How its curve looks: by the side of the block that it speaks of, or by its rank among others.
enum class Tone { Skip, Branch, Main, Second, Third, Quiet, Aside, Output };

struct Show {
    Span span = Span::FromZero;
    Detail detail = Detail::Full;
    Chart chart = Chart::None;
    Tone tone = Tone::Main;
};

struct Quantity {
    using Value = std::optional<double> (*)(const BlockFacts &facts);

    std::string id;      // stays the same from version to version
    std::string name;    // "alignment"
    std::string formula; // "cos(s, F)"
    std::string unit;    // "1" for pure numbers
    Needs needs = Needs::Forward;
    Value of = nullptr; // nothing where it is not defined; called only where isKnown()
    Show show = {};
    bool needsSkip = false;    // compares skip and branch: says nothing about a plain block
    std::string formerId = {}; // of the release before; JSON keeps it for one release

    bool isSigned() const { return show.span == Span::AboutZero; }
    bool isNothing() const { return of == nullptr; }
    /// The facts that it needs are there.
    bool isKnown(const BlockFacts &facts) const;
    /// Nothing where it is not known, not defined or not finite.
    std::optional<double> value(const BlockFacts &facts) const;
};

/// In the order of tables.
const std::vector<Quantity> &quantities();
/// Those that need the same facts.
std::vector<const Quantity *> quantitiesOf(Needs needs);
/// Those that one chart shows.
std::vector<const Quantity *> quantitiesIn(Chart chart);
/// By its id, or that of the release before; null where there is none.
const Quantity *quantityNamed(std::string_view id);

/// "forward", "gradient", "scale": the part of a block's JSON
const char *sectionOf(Needs needs);
/// Id and name among quantities that need the same: "skip_share" for gradient_skip_share.
std::string keyOf(const Quantity &quantity);
std::string shortNameOf(const Quantity &quantity);

/// The values at the two ends of a scale.
struct QuantityRange {
    double low = 0, high = 1;
};
/// Nothing where no value is known.
std::optional<QuantityRange> rangeOf(const std::vector<std::optional<double>> &values, Span span);

/// The list as the Markdown table of docs/decompositions.md.
std::string quantityTable();

} // namespace reslens::study
