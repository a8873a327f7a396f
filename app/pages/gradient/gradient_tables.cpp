#include "pages/gradient/gradient_tables.h"

#include "models/table.h"

#include <algorithm>

namespace reslens::pages {

using models::cellOf;

models::Table flowTable(const QString &name, const analysis::GradientFlow &flow)
{
    models::Table table{name,
                        {"block", "norm gy", "norm gs", "norm gF", "norm gx", "skip share", "branch share", "gain",
                         "rms gain", "angle", "complaint"},
                        {}};
    for (const analysis::BlockFlow &block : flow.blocks)
        table.rows.push_back({QString::fromStdString(block.name), cellOf(block.gy.norm),
                              block.hasShortcut ? cellOf(block.gs.norm) : QVariant(), cellOf(block.gF.norm),
                              cellOf(block.gx.norm), cellOf(block.skipShare), cellOf(block.branchShare),
                              cellOf(block.gain), cellOf(block.rmsGain), cellOf(block.angle),
                              QString::fromStdString(block.complaint)});
    const QVariant none;
    table.rows.push_back({"image", none, none, none, cellOf(flow.input.norm), none, none, none, none, none,
                          QString::fromStdString(flow.complaint)});
    return table;
}

models::Table parametersTable(const std::vector<analysis::ParameterGradient> &parameters)
{
    models::Table table{"parameters", {"parameter", "shape", "norm W", "norm dJ/dW", "ratio"}, {}};
    const bool complains = std::ranges::any_of(parameters, [](const auto &one) { return !one.complaint.empty(); });
    if (complains)
        table.columns << "complaint";
    for (const analysis::ParameterGradient &one : parameters) {
        QStringList extents;
        for (const std::int64_t extent : one.shape)
            extents << QString::number(extent);
        table.rows.push_back({QString::fromStdString(one.name), extents.join(QStringLiteral(" × ")), cellOf(one.norm),
                              cellOf(one.gradientNorm), cellOf(one.ratio)});
        if (complains)
            table.rows.back() << QString::fromStdString(one.complaint);
    }
    return table;
}

} // namespace reslens::pages
