// The gradient page's numbers as tables.
#pragma once

#include "analysis/gradient_flow.h"
#include "analysis/parameter_gradients.h"
#include "models/table.h"

namespace reslens::pages {

/// One row per block, first to last, and a last one for the image. `name` as in models::Table.
models::Table flowTable(const QString &name, const analysis::GradientFlow &flow);
models::Table parametersTable(const std::vector<analysis::ParameterGradient> &parameters);

} // namespace reslens::pages
