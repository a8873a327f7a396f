#include "study/quantity.h"

#include <algorithm>
#include <cmath>

namespace reslens::study {

namespace {

template <typename Wanted>
std::vector<const Quantity *> those(Wanted wanted)
{
    std::vector<const Quantity *> found;
    for (const Quantity &quantity : quantities())
        if (wanted(quantity))
            found.push_back(&quantity);
    return found;
}

/// `text` without `prefix`, if it begins with it.
std::string without(std::string_view prefix, const std::string &text)
{
    return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

} // namespace

std::vector<BlockFacts> factsOf(const std::vector<analysis::BlockContribution> &blocks)
{
    std::vector<BlockFacts> facts;
    facts.reserve(blocks.size());
    for (const analysis::BlockContribution &block : blocks)
        facts.push_back({.forward = &block, .scale = block.scale});
    return facts;
}

std::vector<BlockFacts> factsOf(const analysis::GradientFlow &flow)
{
    std::vector<BlockFacts> facts;
    for (const analysis::BlockFlow &block : flow.blocks)
        facts.push_back({.gradient = &block});
    return facts;
}

bool Quantity::isKnown(const BlockFacts &facts) const
{
    switch (needs) {
    case Needs::Forward:
        return facts.forward;
    case Needs::Gradient:
        return facts.gradient;
    case Needs::Scales:
        break;
    }
    return true;
}

std::optional<double> Quantity::value(const BlockFacts &facts) const
{
    const std::optional<double> found = of && isKnown(facts) ? of(facts) : std::nullopt;
    return found && std::isfinite(*found) ? found : std::nullopt;
}

std::vector<const Quantity *> quantitiesOf(Needs needs)
{
    return those([=](const Quantity &quantity) { return quantity.needs == needs; });
}

std::vector<const Quantity *> quantitiesIn(Chart chart)
{
    return those([=](const Quantity &quantity) { return quantity.show.chart == chart; });
}

const Quantity *quantityNamed(std::string_view id)
{
    const std::vector<Quantity> &all = quantities();
    auto found = std::ranges::find(all, id, &Quantity::id);
    if (found == all.end() && !id.empty())
        found = std::ranges::find(all, id, &Quantity::formerId);
    return found == all.end() ? nullptr : &*found;
}

const char *sectionOf(Needs needs)
{
    switch (needs) {
    case Needs::Forward:
        return "forward";
    case Needs::Gradient:
        return "gradient";
    case Needs::Scales:
        break;
    }
    return "scale";
}

std::string keyOf(const Quantity &quantity)
{
    return without("gradient_", quantity.id);
}

std::string shortNameOf(const Quantity &quantity)
{
    return without("gradient ", quantity.name);
}

std::optional<QuantityRange> rangeOf(const std::vector<std::optional<double>> &values, Span span)
{
    std::optional<QuantityRange> extremes;
    for (const std::optional<double> &value : values)
        if (value)
            extremes = extremes ? QuantityRange{std::min(extremes->low, *value), std::max(extremes->high, *value)}
                                : QuantityRange{*value, *value};
    if (!extremes || span == Span::Extremes)
        return extremes;
    if (span == Span::FromZero)
        return QuantityRange{0, extremes->high};
    const double largest = std::max(std::abs(extremes->low), std::abs(extremes->high));
    return largest > 0 ? QuantityRange{-largest, largest} : QuantityRange{-1, 1}; // zero stays in the middle
}

std::string quantityTable()
{
    std::string text = "| in JSON | name | formula | unit |\n| --- | --- | --- | --- |\n";
    for (const Quantity &quantity : quantities())
        text += std::string("| `") + sectionOf(quantity.needs) + "." + keyOf(quantity) + "` | " + quantity.name +
                " | " + quantity.formula + " | " + quantity.unit + " |\n";
    return text;
}

} // namespace reslens::study
