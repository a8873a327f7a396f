// The list of quantities: a new number of a block is one line here.
#include "study/quantity.h"

#include <cmath>

namespace reslens::study {

namespace {

using analysis::Magnitude;
using analysis::Ratio;
using C = analysis::BlockContribution;
using G = analysis::BlockFlow;
using Facts = BlockFacts;
using Sums = nn::BlockGradientSums;
using Value = std::optional<double>;

constexpr const char *kPure = "1", *kActivation = "activation", *kSensitivity = "J per activation";
constexpr Span kFromZero = Span::FromZero, kAboutZero = Span::AboutZero;
constexpr Detail kBrief = Detail::Brief, kUsual = Detail::Usual, kFull = Detail::Full;
constexpr bool kNeedsSkip = true;

template <typename T>
constexpr Needs needsOf(T C::*)
{
    return Needs::Forward;
}

template <typename T>
constexpr Needs needsOf(T G::*)
{
    return Needs::Gradient;
}

template <typename T>
const T &in(const Facts &f, T C::*member)
{
    return f.forward->*member;
}

template <typename T>
const T &in(const Facts &f, T G::*member)
{
    return f.gradient->*member;
}

Value defined(const Ratio &ratio)
{
    return ratio.isDefined ? Value(ratio.value) : std::nullopt;
}

template <auto member>
Quantity ratio(const char *id, const char *name, const char *formula, Show show, bool needsSkip = false,
               const char *formerId = "")
{
    const auto of = [](const Facts &f) { return defined(in(f, member)); };
    return {id, name, formula, kPure, needsOf(member), of, show, needsSkip, formerId};
}

/// The norm or RMS of a tensor; a plain block has none for its skip.
template <auto member, double Magnitude::*size>
Quantity sizeOf(const std::string &what, const char *id, const char *formula, Show show, bool isOfSkip)
{
    constexpr Needs needs = needsOf(member);
    const auto of = [](const Facts &f) { return Value(in(f, member).*size); };
    const auto ofSkip = [](const Facts &f) {
        const bool hasShortcut = needs == Needs::Forward ? f.forward->hasShortcut : f.gradient->hasShortcut;
        return hasShortcut ? Value(in(f, member).*size) : std::nullopt;
    };
    return {what + "_" + id,
            what + " " + id,
            formula,
            needs == Needs::Forward ? kActivation : kSensitivity,
            needs,
            isOfSkip ? Quantity::Value(ofSkip) : Quantity::Value(of),
            show,
            isOfSkip};
}

template <auto member>
Quantity norm(const char *id, const char *formula, Show show = {}, bool isOfSkip = false)
{
    return sizeOf<member, &Magnitude::norm>("norm", id, formula, show, isOfSkip);
}

template <auto member>
Quantity rms(const char *id, const char *formula, Show show = {}, bool isOfSkip = false)
{
    return sizeOf<member, &Magnitude::rms>("rms", id, formula, show, isOfSkip);
}

/// The norm or RMS of a gradient, from the sum of its squares.
template <auto sum, auto shape, double Magnitude::*size>
Value sizeOfSum(const Facts &f)
{
    const nn::BlockGradientSums &sums = f.gradient->sums;
    if ((sums.*sum).empty())
        return std::nullopt;
    Shape image = sums.*shape;
    image.n = 1;
    return analysis::magnitude(sums.ofImage(sum, f.gradient->image), image.count()).*size;
}

/// The norm of a part of y - x, for identity blocks.
template <double C::*member>
Quantity change(const char *name, const char *formula, Tone tone, const char *formerId = "")
{
    const auto of = [](const Facts &f) { return f.forward->hasThreeWays ? Value(f.forward->*member) : std::nullopt; };
    const Show show{kFromZero, kUsual, Chart::Changes, tone};
    return {name, name, formula, kActivation, Needs::Forward, of, show, kNeedsSkip, formerId};
}

template <double C::*member>
Quantity changeRatio(const char *id, const char *name, const char *formula)
{
    const auto of = [](const Facts &f) {
        const C &block = *f.forward;
        return block.hasThreeWays ? defined(analysis::ratio(block.*member, block.x.norm)) : std::nullopt;
    };
    return {id, name, formula, kPure, Needs::Forward, of, {}, kNeedsSkip};
}

/// The scale of a branch or skip; a missing skip has none.
template <float nn::BlockScale::*member>
Quantity scale(const char *id, const char *name, const char *formula)
{
    const auto of = [](const Facts &f) {
        return !f.forward || f.forward->hasShortcut ? Value(f.scale.*member) : std::nullopt;
    };
    return {id, name, formula, kPure, Needs::Scales, of, {}, kNeedsSkip};
}

/// 0 if the gradient passes unchanged; doubled and halved are equally far from 0.
Value logGain(const Facts &f)
{
    const Value gain = defined(f.gradient->rmsGain);
    return gain && *gain > 0 ? Value(std::log2(*gain)) : std::nullopt;
}

std::vector<Quantity> allQuantities()
{
    return {
        ratio<&C::skipShare>("skip_share", "skip share", "σ_s = α⟨s,u⟩/⟨u,u⟩",
                             {kAboutZero, kBrief, Chart::Shares, Tone::Skip}, kNeedsSkip),
        ratio<&C::branchShare>("branch_share", "branch share", "σ_F = β⟨F,u⟩/⟨u,u⟩",
                               {kAboutZero, kBrief, Chart::Shares, Tone::Branch}, kNeedsSkip),
        ratio<&C::residualRatio>("residual_ratio", "residual ratio", "‖F‖/‖s‖",
                                 {kFromZero, kBrief, Chart::Ratio, Tone::Branch}, kNeedsSkip),
        ratio<&C::alignment>("alignment", "alignment", "cos(s, F)", {kAboutZero, kBrief, Chart::Alignment}, kNeedsSkip),
        ratio<&C::refinement>("refinement", "refinement", "cos(x, y)", {Span::Extremes, kBrief, Chart::Refinement},
                              kNeedsSkip),
        ratio<&C::clippedShare>("clipped", "clipped share", "share of elements with u ≤ 0",
                                {kFromZero, kBrief, Chart::Clipped}),
        ratio<&C::clippedEnergy>("clipped_energy", "clipped energy", "share of ‖u‖² where u ≤ 0",
                                 {kFromZero, kUsual, Chart::Clipped, Tone::Second}),
        ratio<&C::fit>("fit", "fit to the training", "max over its batch norms of the median KL of a channel",
                       {kFromZero, kUsual}),
        change<&C::write>("write", "‖m⊙max(βF, 0)‖", Tone::Main, "norm_write"),
        change<&C::erase>("erase", "‖m⊙min(βF, 0)‖", Tone::Second, "norm_erase"),
        change<&C::kill>("kill", "‖x⊙(1−m)‖", Tone::Third, "norm_kill"),
        change<&C::rescale>("rescale", "‖m⊙(α−1)x‖", Tone::Quiet),
        changeRatio<&C::write>("write_ratio", "write ratio", "‖m⊙max(βF, 0)‖/‖x‖"),
        changeRatio<&C::erase>("erase_ratio", "erase ratio", "‖m⊙min(βF, 0)‖/‖x‖"),
        changeRatio<&C::kill>("kill_ratio", "kill ratio", "‖x⊙(1−m)‖/‖x‖"),
        changeRatio<&C::rescale>("rescale_ratio", "rescale ratio", "‖m⊙(α−1)x‖/‖x‖"),
        norm<&C::x>("x", "‖x‖"),
        norm<&C::s>("s", "‖s‖", {}, kNeedsSkip),
        norm<&C::F>("F", "‖F‖"),
        norm<&C::u>("u", "‖u‖"),
        norm<&C::y>("y", "‖y‖"),
        rms<&C::x>("x", "‖x‖/√n", {kFromZero, kFull, Chart::Magnitudes, Tone::Quiet}),
        rms<&C::s>("s", "‖s‖/√n", {kFromZero, kFull, Chart::Magnitudes, Tone::Skip}, kNeedsSkip),
        rms<&C::F>("F", "‖F‖/√n", {kFromZero, kUsual, Chart::Magnitudes, Tone::Branch}),
        rms<&C::u>("u", "‖u‖/√n", {kFromZero, kBrief, Chart::Magnitudes}),
        rms<&C::y>("y", "‖y‖/√n", {kFromZero, kUsual, Chart::Magnitudes, Tone::Output}),
        norm<&G::gy>("gy", "‖g_y‖", {kFromZero, kBrief}),
        {"norm_gu",
         "norm gu",
         "‖g_u‖",
         kSensitivity,
         Needs::Gradient,
         sizeOfSum<&Sums::gugu, &Sums::y, &Magnitude::norm>,
         {kFromZero, kBrief, Chart::Norms, Tone::Quiet}},
        norm<&G::gs>("gs", "‖g_s‖", {kFromZero, kBrief, Chart::Norms, Tone::Skip}, kNeedsSkip),
        norm<&G::gF>("gF", "‖g_F‖", {kFromZero, kBrief, Chart::Norms, Tone::Branch}),
        norm<&G::gx>("gx", "‖g_x‖", {kFromZero, kBrief, Chart::Norms}),
        ratio<&G::skipShare>("gradient_skip_share", "gradient skip share", "⟨g_s,g_x⟩/⟨g_x,g_x⟩", {kAboutZero, kBrief},
                             kNeedsSkip),
        ratio<&G::branchShare>("gradient_branch_share", "gradient branch share", "⟨g_F,g_x⟩/⟨g_x,g_x⟩",
                               {kAboutZero, kBrief}, kNeedsSkip),
        ratio<&G::gain>("gain", "gain", "‖g_x‖/‖g_y‖", {kFromZero, kBrief, Chart::Gain}),
        ratio<&G::rmsGain>("rms_gain", "rms gain", "rms(g_x)/rms(g_y)", {kFromZero, kFull, Chart::Gain, Tone::Aside}),
        ratio<&G::cosine>("cosine", "cosine", "cos(g_s, g_F)", {kAboutZero, kBrief, Chart::Cosine}, kNeedsSkip,
                          "angle"),
        {"log_gain",
         "gain in doublings",
         "log₂(rms(g_x)/rms(g_y))",
         "doublings",
         Needs::Gradient,
         logGain,
         {kAboutZero, kUsual}},
        rms<&G::gy>("gy", "‖g_y‖/√n"),
        {"rms_gu", "rms gu", "‖g_u‖/√n", kSensitivity, Needs::Gradient,
         sizeOfSum<&Sums::gugu, &Sums::y, &Magnitude::rms>},
        rms<&G::gs>("gs", "‖g_s‖/√n", {}, kNeedsSkip),
        rms<&G::gF>("gF", "‖g_F‖/√n"),
        rms<&G::gx>("gx", "‖g_x‖/√n", {kFromZero, kUsual}),
        scale<&nn::BlockScale::alpha>("alpha", "skip scale", "α"),
        scale<&nn::BlockScale::beta>("beta", "branch scale", "β"),
    };
}

} // namespace

const std::vector<Quantity> &quantities()
{
    static const std::vector<Quantity> all = allQuantities();
    return all;
}

} // namespace reslens::study
