// The numbers of blocks in the window's words; study/quantity.h lists them.
#pragma once

#include "models/table.h"
#include "study/quantity.h"

#include <QString>

#include <vector>

namespace reslens::models {

/// Returns the quantities that can colour the ribbon. The first is "none": no colour.
const std::vector<study::Quantity> &blockQuantities();
/// Also accepts an id of an earlier release. Returns "none" for an unknown one.
const study::Quantity &blockQuantity(const QString &id);

QString nameOf(const study::Quantity &quantity);
QString formulaOf(const study::Quantity &quantity);
/// Returns the name on a page about one side of the block, such as "skip share" of the gradient.
QString shortNameOf(const study::Quantity &quantity);

/// Returns one row per block: its name, its quantities of `needs` under their short names, and its complaints.
Table blockTable(const QString &name, const std::vector<study::BlockFacts> &blocks,
                 const std::vector<study::Needs> &needs);

} // namespace reslens::models
