// A comparison's numbers as tables, for the views and their exports.
#pragma once

#include "models/table.h"
#include "pages/compare/candidates.h"

namespace reslens::pages {

/// Returns the candidates that have answered, in order.
std::vector<const session::ModelSummary *> answersOf(const std::vector<Candidate> &candidates);

/// Returns the parts of all models, in order: stem, stages, head.
std::vector<std::string> partsOf(const std::vector<const session::ModelSummary *> &answers);

models::Table predictionsTable(const std::vector<Candidate> &candidates);
/// Returns a row per model. The device's time in each part is a column, if it was measured.
models::Table costsTable(const std::vector<Candidate> &candidates);
models::Table curvesTable(const std::vector<Candidate> &candidates);
models::Table lensTable(const std::vector<Candidate> &candidates);

/// Returns "agrees with resnet20", "‘ship’ has rank 3 here", "has no class ‘ship’".
QString agreementText(const session::ModelSummary &first, const session::ModelSummary &other);

} // namespace reslens::pages
