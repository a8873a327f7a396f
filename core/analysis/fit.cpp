#include "analysis/fit.h"

#include <algorithm>
#include <cmath>

namespace reslens::analysis {

namespace {

constexpr float kLeastVariance = 1e-4f; // a channel that was silent in training says nothing

Ratio medianOf(std::vector<double> values)
{
    if (values.empty())
        return {};
    const auto middle = values.begin() + std::ptrdiff_t(values.size() / 2);
    std::ranges::nth_element(values, middle);
    if (values.size() % 2 == 1)
        return {*middle, true};
    return {(*middle + *std::max_element(values.begin(), middle)) / 2, true};
}

/// The batch norms of the stem and the blocks; one in the head sees features, not pixels.
bool isCounted(const nn::Network &network, int layer)
{
    return layer < network.features && std::holds_alternative<nn::BatchNorm>(network.layers[std::size_t(layer)].op);
}

} // namespace

const char *nameOf(FitVerdict verdict)
{
    constexpr const char *kNames[] = {"fits", "poor", "bad"};
    return kNames[std::size_t(verdict)];
}

FitVerdict verdictOn(double fit, int pictures)
{
    return fit < kPoorFit + kPoorFitOfOne / std::max(pictures, 1) ? FitVerdict::Fits
           : fit < kBadFit                                        ? FitVerdict::Poor
                                                                  : FitVerdict::Bad;
}

const LayerFit *Fit::worst() const
{
    const LayerFit *worst = nullptr;
    for (const LayerFit &layer : layers)
        if (layer.fit.isDefined && (!worst || layer.fit.value > worst->fit.value))
            worst = &layer;
    return worst;
}

std::optional<FitFinding> findingOf(const Fit &fit)
{
    const LayerFit *worst = fit.worst();
    if (!worst)
        return std::nullopt;
    FitFinding finding{verdictOn(worst->fit.value, fit.pictures)};
    if (finding.verdict != FitVerdict::Fits)
        finding.from = &*std::ranges::find_if(fit.layers, [&fit](const LayerFit &layer) {
            return layer.fit.isDefined && verdictOn(layer.fit.value, fit.pictures) != FitVerdict::Fits;
        });
    return finding;
}

FitSums::FitSums(const nn::Model &model) : m_model(model)
{
    const nn::Network &network = model.network;
    for (int l = 0; l < int(network.layers.size()); ++l) {
        if (!isCounted(network, l))
            continue;
        const nn::Layer &layer = network.layers[std::size_t(l)];
        const auto values = [&](const char *name) { return model.parameters.at(layer.name + name).toFloats(); };
        m_norms.push_back({l,
                           values(".weight"),
                           values(".bias"),
                           values(".running_var"),
                           std::get<nn::BatchNorm>(layer.op).eps,
                           {},
                           {}});
    }
}

Result<void> FitSums::add(const nn::Trace &trace, const std::stop_token &stop)
{
    for (Norm &norm : m_norms) {
        TRY(checkNotStopped(stop, "fit"));
        const nn::Moments moments = TRY(trace.moments(norm.layer));
        const std::size_t channels = std::size_t(moments.channels);
        norm.sum.resize(channels);
        norm.square.resize(channels);
        for (std::size_t i = 0; i < moments.sum.size(); ++i) {
            norm.sum[i % channels] += moments.sum[i];
            norm.square[i % channels] += moments.square[i];
        }
        norm.count += double(moments.images) * moments.pixels;
    }
    m_pictures += trace.shapes().front().n;
    return {};
}

Ratio FitSums::fitOf(const Norm &norm) const
{
    std::vector<double> divergences;
    for (std::size_t c = 0; c < norm.sum.size(); ++c) {
        const double gamma = norm.gamma[c];
        if (gamma == 0 || !(norm.variance[c] > kLeastVariance))
            continue;
        const double mean = norm.sum[c] / norm.count;
        const double variance = std::max(norm.square[c] / norm.count - mean * mean, 0.0);
        const double d = (mean - norm.beta[c]) / gamma;
        const double r = variance / (gamma * gamma) + norm.eps / (double(norm.variance[c]) + norm.eps);
        const double divergence = (r + d * d - 1 - std::log(r)) / 2;
        if (!std::isfinite(divergence))
            return {};
        divergences.push_back(divergence);
    }
    return medianOf(std::move(divergences));
}

Fit FitSums::fit() const
{
    Fit fit;
    fit.pictures = m_pictures;
    std::vector<double> values;
    for (const Norm &norm : m_norms) {
        LayerFit layer{m_model.network.layers[std::size_t(norm.layer)].name, norm.layer,
                       m_model.network.blockOf(norm.layer), fitOf(norm)};
        if (layer.fit.isDefined)
            values.push_back(layer.fit.value);
        fit.layers.push_back(std::move(layer));
    }
    fit.all = medianOf(std::move(values));
    return fit;
}

Result<Fit> fitOf(const TracedRun &run, const std::stop_token &stop)
{
    TRY(check(run));
    FitSums sums(run.model);
    TRY(sums.add(run.trace, stop));
    return sums.fit();
}

Ratio blockFitOf(const Fit &fit, int block)
{
    Ratio largest;
    for (const LayerFit &layer : fit.layers)
        if (layer.block == block && layer.fit.isDefined)
            largest = {std::max(largest.value, layer.fit.value), true};
    return largest;
}

} // namespace reslens::analysis
