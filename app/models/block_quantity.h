// The numbers of blocks as the window offers and says them; study/quantity.h lists them.
#pragma once

#include "models/table.h"
#include "study/quantity.h"

#include <QString>

#include <vector>

namespace reslens::models {

/// Those that can colour the ribbon. The first is "none": no colour.
const std::vector<study::Quantity> &blockQuantities();
/// Also by an id of an earlier release; "none" for an unknown one.
const study::Quantity &blockQuantity(const QString &id);

QString nameOf(const study::Quantity &quantity);
QString formulaOf(const study::Quantity &quantity);
/// What a page on one side of the block calls it: "skip share" of the gradient.
QString shortNameOf(const study::Quantity &quantity);

/// One row for each block: its name, its quantities of `needs` under their short names, and what is wrong with it.
Table blockTable(const QString &name, const std::vector<study::BlockFacts> &blocks,
                 const std::vector<study::Needs> &needs);

} // namespace reslens::models
