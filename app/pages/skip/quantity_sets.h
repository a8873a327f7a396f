// The choices of the skip page's chart over the depth, one entry each.
#pragma once

#include "analysis/response.h"
#include "analysis/skip.h"
#include "widgets/plot.h"
#include "widgets/theme.h"

#include <functional>
#include <memory>
#include <vector>

namespace reslens::pages {

/// The data of every block of the network.
struct DepthFacts {
    std::shared_ptr<const std::vector<analysis::BlockContribution>> blocks;
    std::shared_ptr<const std::vector<analysis::Response>> responses; // null while unknown
};

struct QuantitySet {
    QString name;
    QString meaning; // the formula and the question it answers
    bool canBeLogarithmic = false;
    bool needsSkips = true; // it says nothing about a plain network
    bool needsResponses = false;
    std::function<void(widgets::Plot &plot, const DepthFacts &facts, const widgets::Theme &theme)> fill;
};

std::vector<QuantitySet> quantitySets();

/// Stacks the parts from 0: positive ones upwards, negative ones downwards.
std::vector<widgets::Bar> stackedShares(const analysis::BlockContribution &block, const widgets::Theme &theme);

} // namespace reslens::pages
