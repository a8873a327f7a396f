// How well pictures fit what a checkpoint remembers of its training: every batch norm keeps the mean and variance that
// each channel had. A picture that is prepared as the training pictures were, in the same graph, gives similar ones.
#pragma once

#include "analysis/numbers.h"
#include "analysis/traced_run.h"

#include <optional>
#include <string>
#include <vector>

namespace reslens::analysis {

/// The fit at the input of one batch norm: 0 is perfect.
struct LayerFit {
    std::string name; // of the batch norm: "layer1.2.bn3"
    int layer = 0;
    int block = -1; // -1: the stem
    Ratio fit;      // the median of the channels' KL divergence; undefined if none of them counts
};

struct Fit {
    std::vector<LayerFit> layers; // first to last
    int pictures = 0;
    Ratio all; // the median over the layers

    /// The layer with the largest value; null if none is defined.
    const LayerFit *worst() const;
};

enum class FitVerdict { Fits, Poor, Bad };
const char *nameOf(FitVerdict verdict); // "fits"
/// Of a layer's fit to so many pictures: few pictures have few pixels, which scatter. docs/decompositions.md has the
/// measurements behind the limits.
FitVerdict verdictOn(double fit, int pictures);
constexpr double kPoorFit = 0.2, kPoorFitOfOne = 0.55; // poor from the first plus the second / pictures on
constexpr double kBadFit = 5;
/// The verdict on the worst layer, and the first layer whose verdict is that. Empty if nothing is defined.
struct FitFinding {
    FitVerdict verdict = FitVerdict::Fits;
    const LayerFit *from = nullptr; // null if all fits
};
std::optional<FitFinding> findingOf(const Fit &fit);

/// Sums over pictures. For batch norm l with the training's mean mu and variance v, and with m and s of the pictures at
/// its input: KL = 1/2 (r + d^2 - 1 - ln r), r = (s + eps)/(v + eps), d^2 = (m - mu)^2/(v + eps). They are read off its
/// output, y = gamma (x - mu)/sqrt(v + eps) + beta. Channels with v <= 1e-4 or gamma = 0 do not count.
class FitSums {
public:
    /// `model` must outlive the sums.
    explicit FitSums(const nn::Model &model);

    /// Adds every image of the trace, which is one of the model. Errors: the trace's own, Cancelled.
    Result<void> add(const nn::Trace &trace, const std::stop_token &stop = {});
    Fit fit() const;

private:
    struct Norm {
        int layer;
        std::vector<float> gamma, beta, variance;
        float eps;
        std::vector<double> sum, square;
        double count = 0; // pixels of all pictures
    };
    Ratio fitOf(const Norm &norm) const;

    const nn::Model &m_model;
    std::vector<Norm> m_norms;
    int m_pictures = 0;
};

/// The fit of one run.
Result<Fit> fitOf(const TracedRun &run, const std::stop_token &stop = {});

/// The largest fit of the batch norms in one block; undefined if it has none.
Ratio blockFitOf(const Fit &fit, int block);

} // namespace reslens::analysis
