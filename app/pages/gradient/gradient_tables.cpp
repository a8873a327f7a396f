#include "pages/gradient/gradient_tables.h"

#include "models/block_quantity.h"
#include "models/table.h"

#include <algorithm>

namespace reslens::pages {

using models::cellOf;

models::Table flowTable(const QString &name, const analysis::GradientFlow &flow)
{
    models::Table table = models::blockTable(name, study::factsOf(flow), {study::Needs::Gradient});
    QVariantList image(table.columns.size());
    image.front() = "image";
    image[table.columns.indexOf(models::shortNameOf(models::blockQuantity("norm_gx")))] = cellOf(flow.input.norm);
    image.back() = QString::fromStdString(flow.complaint);
    table.rows.push_back(std::move(image));
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
