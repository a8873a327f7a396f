#include "models/block_quantity.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace reslens::models {

namespace {

using analysis::BlockContribution;
using analysis::BlockFlow;
using analysis::Magnitude;
using analysis::Ratio;
using Needs = BlockQuantity::Needs;
using Span = BlockQuantity::Span;

QString tr(const char *text)
{
    return QCoreApplication::translate("BlockQuantity", text);
}

std::optional<double> finite(double value)
{
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::optional<double> defined(const Ratio &ratio)
{
    return ratio.isDefined ? finite(ratio.value) : std::nullopt;
}

template <Ratio BlockContribution::*member>
std::optional<double> forwardRatio(const BlockNumbers &n)
{
    return n.forward ? defined(n.forward->*member) : std::nullopt;
}

template <Ratio BlockFlow::*member>
std::optional<double> gradientRatio(const BlockNumbers &n)
{
    return n.gradient ? defined(n.gradient->*member) : std::nullopt;
}

template <Magnitude BlockContribution::*member>
std::optional<double> forwardRms(const BlockNumbers &n)
{
    return n.forward ? finite((n.forward->*member).rms) : std::nullopt;
}

template <Magnitude BlockFlow::*member>
std::optional<double> gradientRms(const BlockNumbers &n)
{
    return n.gradient ? finite((n.gradient->*member).rms) : std::nullopt;
}

/// A part of y - x beside the norm of x, so that blocks of different shapes can be compared.
template <double BlockContribution::*member>
std::optional<double> wayShare(const BlockNumbers &n)
{
    if (!n.forward || !n.forward->hasThreeWays)
        return std::nullopt;
    return defined(analysis::ratio(n.forward->*member, n.forward->x.norm));
}

/// A skip that is not there has no scale.
template <float nn::BlockScale::*member>
std::optional<double> scaleOf(const BlockNumbers &n)
{
    return !n.forward || n.forward->hasShortcut ? finite(n.scale.*member) : std::nullopt;
}

/// 0 where the gradient passes as it is; doubled and halved are equally far from it.
std::optional<double> logGain(const BlockNumbers &n)
{
    const std::optional<double> gain = gradientRatio<&BlockFlow::rmsGain>(n);
    return gain && *gain > 0 ? finite(std::log2(*gain)) : std::nullopt;
}

std::vector<BlockQuantity> allQuantities()
{
    using C = BlockContribution;
    using G = BlockFlow;
    const Needs forward = Needs::Forward, gradient = Needs::Gradient, nothing = Needs::Nothing;
    return {
        {"none", tr("no colour"), "", nothing, Span::FromZero, nullptr},
        {"skip_share", tr("skip share"), "σ_s = α⟨s,u⟩/⟨u,u⟩", forward, Span::AboutZero, forwardRatio<&C::skipShare>},
        {"branch_share", tr("branch share"), "σ_F = β⟨F,u⟩/⟨u,u⟩", forward, Span::AboutZero,
         forwardRatio<&C::branchShare>},
        {"residual_ratio", tr("residual ratio"), "‖F‖/‖s‖", forward, Span::FromZero, forwardRatio<&C::residualRatio>},
        {"alignment", tr("alignment"), "cos(s, F)", forward, Span::AboutZero, forwardRatio<&C::alignment>},
        {"refinement", tr("refinement"), "cos(x, y)", forward, Span::Extremes, forwardRatio<&C::refinement>},
        {"clipped", tr("clipped"), tr("share of elements with u ≤ 0"), forward, Span::FromZero,
         forwardRatio<&C::clippedShare>},
        {"clipped_energy", tr("clipped energy"), tr("share of ‖u‖² where u ≤ 0"), forward, Span::FromZero,
         forwardRatio<&C::clippedEnergy>},
        {"write", tr("write"), "‖m⊙max(βF,0)‖/‖x‖", forward, Span::FromZero, wayShare<&C::write>},
        {"erase", tr("erase"), "‖m⊙min(βF,0)‖/‖x‖", forward, Span::FromZero, wayShare<&C::erase>},
        {"kill", tr("kill"), "‖x⊙(1−m)‖/‖x‖", forward, Span::FromZero, wayShare<&C::kill>},
        {"rms_F", tr("branch, rms"), "‖F‖/√n", forward, Span::FromZero, forwardRms<&C::F>},
        {"rms_y", tr("output, rms"), "‖y‖/√n", forward, Span::FromZero, forwardRms<&C::y>},
        {"gradient_skip_share", tr("gradient, skip share"), "⟨g_s,g_x⟩/⟨g_x,g_x⟩", gradient, Span::AboutZero,
         gradientRatio<&G::skipShare>},
        {"gradient_branch_share", tr("gradient, branch share"), "⟨g_F,g_x⟩/⟨g_x,g_x⟩", gradient, Span::AboutZero,
         gradientRatio<&G::branchShare>},
        {"rms_gx", tr("gradient arriving, rms"), "‖g_x‖/√n", gradient, Span::FromZero, gradientRms<&G::gx>},
        {"gain", tr("gain"), "‖g_x‖/‖g_y‖", gradient, Span::FromZero, gradientRatio<&G::gain>},
        {"log_gain", tr("gain, doublings"), "log₂(rms g_x / rms g_y)", gradient, Span::AboutZero, logGain},
        {"angle", tr("angle"), "cos(g_s, g_F)", gradient, Span::AboutZero, gradientRatio<&G::angle>},
        {"alpha", tr("skip scale"), "α", nothing, Span::FromZero, scaleOf<&nn::BlockScale::alpha>},
        {"beta", tr("branch scale"), "β", nothing, Span::FromZero, scaleOf<&nn::BlockScale::beta>},
    };
}

} // namespace

const std::vector<BlockQuantity> &blockQuantities()
{
    static const std::vector<BlockQuantity> all = allQuantities();
    return all;
}

const BlockQuantity &blockQuantity(const QString &id)
{
    const std::vector<BlockQuantity> &all = blockQuantities();
    const auto found = std::ranges::find_if(all, [&](const BlockQuantity &q) { return id == QLatin1String(q.id); });
    return found == all.end() ? all.front() : *found;
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

QString numberText(double value)
{
    return QString::number(value, 'g', 4);
}

} // namespace reslens::models
