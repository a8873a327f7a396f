// What the skip page's chart can show over the depth: one entry per choice.
#pragma once

#include "analysis/response.h"
#include "analysis/skip.h"
#include "widgets/plot.h"
#include "widgets/theme.h"

#include <functional>
#include <memory>
#include <vector>

namespace reslens::pages {

/// Of every block of the network.
struct DepthFacts {
    std::shared_ptr<const std::vector<analysis::BlockContribution>> blocks;
    std::shared_ptr<const std::vector<analysis::Response>> responses; // null until they are known
};

struct QuantitySet {
    QString name;
    QString meaning; // the formula and what it answers
    bool canBeLogarithmic = false;
    bool needsSkips = true; // says nothing about a plain network
    bool needsResponses = false;
    std::function<void(widgets::Plot &plot, const DepthFacts &facts, const widgets::Theme &theme)> fill;
};

std::vector<QuantitySet> quantitySets();

/// Bars of the parts stacked from 0: those above zero upwards, those below zero downwards.
std::vector<widgets::Bar> stackedShares(const analysis::BlockContribution &block, const widgets::Theme &theme);

} // namespace reslens::pages
