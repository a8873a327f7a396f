// Gradient by path length as charts and as a table.
#pragma once

#include "analysis/paths.h"
#include "analysis/sampled_paths.h"
#include "models/table.h"
#include "widgets/plot.h"
#include "widgets/theme.h"

namespace reslens::pages {

/// The data of the charts. `sampled` may be null.
struct PathsShown {
    const analysis::PathGradients &exact;
    const analysis::SampledPaths *sampled = nullptr;
    double alpha = 1, beta = 1;    // scales of the backward pass alone
    bool isLogarithmic = true;     // the norms' axis
    QString objective = QString(); // "log p of ship"
};

/// alpha^(n-k) beta^k ||G_k||
double reweighted(const PathsShown &shown, int k);

/// Plots ||G_k|| over k, reweighted unless alpha and beta are 1, and the sampled paths with their spread.
widgets::Plot normsOf(const PathsShown &shown, const widgets::Theme &theme);
/// Plots log10 of the number of paths over k.
widgets::Plot countsOf(const analysis::PathGradients &exact, const widgets::Theme &theme);

models::Table tableOf(const PathsShown &shown);

} // namespace reslens::pages
