// The gradient page's numbers as tables.
#pragma once

#include "analysis/gradient_flow.h"
#include "analysis/parameter_gradients.h"
#include "models/table.h"

namespace reslens::pages {

/// Returns one row per block in order, and a last one for the image. `name` is as in models::Table.
models::Table flowTable(const QString &name, const analysis::GradientFlow &flow);
models::Table parametersTable(const std::vector<analysis::ParameterGradient> &parameters);

} // namespace reslens::pages
