// Every quantity that describes a residual block in one number, as data: its name, its formula and its value. The
// ribbon, tables, curves, the command line, comparisons and the table in docs/decompositions.md derive from this list.
// docs/decompositions.md defines the letters.
#pragma once

#include "analysis/gradient_flow.h"
#include "analysis/skip.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reslens::study {

/// The known facts about one block; facts that have not arrived yet are null.
struct BlockFacts {
    const analysis::BlockContribution *forward = nullptr;
    const analysis::BlockFlow *gradient = nullptr;
    nn::BlockScale scale;
};

/// The facts about all blocks, first to last. Owns nothing, like BlockFacts.
std::vector<BlockFacts> factsOf(const std::vector<analysis::BlockContribution> &blocks);
std::vector<BlockFacts> factsOf(const analysis::GradientFlow &flow);

/// The facts that a quantity needs.
enum class Needs { Scales, Forward, Gradient };

/// The values at the ends of a colour scale.
enum class Span {
    FromZero,  // 0 and the largest
    AboutZero, // signed: minus and plus the largest magnitude
    Extremes,  // the smallest and the largest
};

/// The places that show a quantity. Tables, JSON, choices and the docs show all of them.
enum class Detail {
    Brief, // also the text of inspect
    Usual, // also full descriptions of a block, such as the ribbon's tooltips
    Full,
};

/// The chart over the depth that shows its curve.
enum class Chart { None, Shares, Ratio, Alignment, Refinement, Clipped, Changes, Magnitudes, Gain, Norms, Cosine };

/// The look of its curve: the side of the block that it describes, or its rank among other curves.
enum class Tone { Skip, Branch, Main, Second, Third, Quiet, Aside, Output };

struct Show {
    Span span = Span::FromZero;
    Detail detail = Detail::Full;
    Chart chart = Chart::None;
    Tone tone = Tone::Main;
};

struct Quantity {
    using Value = std::optional<double> (*)(const BlockFacts &facts);

    std::string id;      // stable from version to version
    std::string name;    // "alignment"
    std::string formula; // "cos(s, F)"
    std::string unit;    // "1" for pure numbers
    Needs needs = Needs::Forward;
    Value of = nullptr; // empty if the quantity is not defined; called only if isKnown()
    Show show = {};
    bool needsSkip = false;    // compares skip and branch, so it has no meaning for a plain block
    std::string formerId = {}; // the id in the previous release; JSON keeps it for one release

    bool isSigned() const { return show.span == Span::AboutZero; }
    bool isNothing() const { return of == nullptr; }
    /// True if the facts that it needs have arrived.
    bool isKnown(const BlockFacts &facts) const;
    /// Empty if the value is not known, not defined or not finite.
    std::optional<double> value(const BlockFacts &facts) const;
};

/// All quantities, in the order of tables.
const std::vector<Quantity> &quantities();
/// The quantities that need these facts.
std::vector<const Quantity *> quantitiesOf(Needs needs);
/// The quantities that this chart shows.
std::vector<const Quantity *> quantitiesIn(Chart chart);
/// Finds a quantity by its id, current or former; null if there is none.
const Quantity *quantityNamed(std::string_view id);

/// The section of a block's JSON: "forward", "gradient", "scale".
const char *sectionOf(Needs needs);
/// The JSON key of a quantity in its section: "skip_share" for gradient_skip_share.
std::string keyOf(const Quantity &quantity);
std::string shortNameOf(const Quantity &quantity);

/// The values at the two ends of a scale.
struct QuantityRange {
    double low = 0, high = 1;
};
/// Empty if no value is known.
std::optional<QuantityRange> rangeOf(const std::vector<std::optional<double>> &values, Span span);

/// The list as the Markdown table of docs/decompositions.md.
std::string quantityTable();

} // namespace reslens::study
