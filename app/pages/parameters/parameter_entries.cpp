#include "pages/parameters/parameter_entries.h"

#include "models/tr.h"
#include "session/position.h"
#include "widgets/colour_map.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace reslens::pages {

namespace {

constexpr int kBins = 64;
constexpr int kMatrixSide = 512; // largest side of a matrix's picture; larger matrices are shown in cells

int positionOf(const nn::Network &network, int layer)
{
    for (std::size_t b = 0; b < network.blocks.size(); ++b)
        if (layer >= network.blocks[b].firstLayer && layer <= network.blocks[b].lastLayer)
            return int(b);
    return layer <= network.stem ? session::kStem : session::headOf(network);
}

ParameterKind kindOf(const std::vector<std::int64_t> &shape)
{
    if (shape.size() == 2)
        return ParameterKind::Matrix;
    if (shape.size() != 4)
        return ParameterKind::Vector;
    if (shape[2] * shape[3] == 1)
        return ParameterKind::Matrix;
    return shape[1] == 3 ? ParameterKind::Filters : ParameterKind::Kernels;
}

Shape shapeOf(const ParameterEntry &entry)
{
    const std::vector<std::int64_t> &shape = entry.tensor.shape;
    switch (entry.kind) {
    case ParameterKind::Vector:
        return {1, int(entry.tensor.count()), 1, 1};
    case ParameterKind::Matrix:
        return {int(shape[0]), int(shape[1]), 1, 1};
    case ParameterKind::Filters:
    case ParameterKind::Kernels:
        break;
    }
    return {int(shape[0]), int(shape[1]), int(shape[2]), int(shape[3])};
}

QString shapeName(const std::vector<std::int64_t> &shape)
{
    QStringList extents;
    for (const std::int64_t extent : shape)
        extents << QString::number(extent);
    return extents.isEmpty() ? QStringLiteral("1") : extents.join(QStringLiteral("×"));
}

QVariantList statisticsCells(const models::ParameterStatistics &s)
{
    QVariantList cells;
    for (const double value : {s.minimum, s.maximum, s.mean, s.deviation, s.norm})
        cells << (s.isDefined() ? QVariant(value) : QVariant());
    return cells << (s.count > 0 ? QVariant(100 * s.zeroShare()) : QVariant()) << QVariant(qlonglong(s.notFinite));
}

} // namespace

std::vector<ParameterEntry> parameterEntries(const nn::Model &model)
{
    std::vector<ParameterEntry> entries;
    std::set<std::string, std::less<>> seen;
    const auto add = [&](const std::string &name, const StoredTensor &tensor, int position) {
        entries.push_back({name, tensor, position, kindOf(tensor.shape)});
        seen.insert(name);
    };
    for (std::size_t layer = 0; layer < model.network.layers.size(); ++layer)
        for (const nn::ParameterSpec &spec : nn::parametersOf(model.network.layers[layer]))
            if (const auto found = model.parameters.find(spec.name); found != model.parameters.end())
                add(spec.name, found->second, positionOf(model.network, int(layer)));
    for (const auto &[name, tensor] : model.parameters)
        if (!seen.contains(name))
            add(name, tensor, session::headOf(model.network));
    return entries;
}

StatisticsList statisticsOf(const std::vector<ParameterEntry> &entries, const std::stop_token &stop,
                            std::atomic<int> &done)
{
    StatisticsList all;
    for (const ParameterEntry &entry : entries) {
        if (stop.stop_requested())
            return {};
        all.push_back(models::parameterStatistics(entry.tensor.toFloats()));
        ++done;
    }
    return all;
}

models::Table parameterTable(const std::vector<ParameterEntry> &entries, const StatisticsList &statistics,
                             const std::vector<int> &shown)
{
    models::Table table{"parameters",
                        {tr("tensor"), tr("shape"), tr("min"), tr("max"), tr("mean"), tr("std"), tr("norm"),
                         tr("zeros %"), tr("not finite"), tr("elements"), tr("stored as")},
                        {}};
    for (const int index : shown) {
        const ParameterEntry &entry = entries[std::size_t(index)];
        QVariantList row{QString::fromStdString(entry.name), shapeName(entry.tensor.shape)};
        if (statistics.empty()) // still being computed
            row << QVariantList(7, QStringLiteral("…"));
        else
            row << statisticsCells(statistics[std::size_t(index)]);
        row << qlonglong(entry.tensor.count()) << QString::fromStdString(reslens::name(entry.tensor.dtype));
        table.rows.push_back(row);
    }
    return table;
}

ParameterDetail detailOf(const ParameterEntry &entry)
{
    ParameterDetail detail{entry, nullptr, {}, {}, {}, nullptr, 1};
    Tensor tensor;
    tensor.shape = shapeOf(entry);
    tensor.values = entry.tensor.toFloats();
    detail.statistics = models::parameterStatistics(tensor.values);
    if (detail.statistics.isDefined())
        detail.counts = models::valueHistogram(tensor.values, detail.statistics, kBins);
    if (entry.kind == ParameterKind::Filters)
        for (int k = 0; k < tensor.shape.n; ++k)
            detail.filters.push_back(filterPicture(tensor, k));
    if (entry.kind == ParameterKind::Matrix && !tensor.values.empty()) {
        const int side = std::max(tensor.shape.n, tensor.shape.c);
        detail.cell = (side + kMatrixSide - 1) / kMatrixSide;
        detail.matrix = std::make_shared<const Tensor>(
            models::strongestOf(tensor.values, tensor.shape.n, tensor.shape.c, detail.cell));
    }
    detail.tensor = std::make_shared<const Tensor>(std::move(tensor));
    return detail;
}

QImage filterPicture(const Tensor &weights, int k)
{
    const int R = weights.shape.h, S = weights.shape.w;
    float largest = 0;
    for (int c = 0; c < 3; ++c)
        for (int r = 0; r < R; ++r)
            for (int s = 0; s < S; ++s)
                if (const float magnitude = std::abs(weights(k, c, r, s)); std::isfinite(magnitude))
                    largest = std::max(largest, magnitude);
    QImage picture(S, R, QImage::Format_RGB32);
    for (int r = 0; r < R; ++r)
        for (int s = 0; s < S; ++s) {
            int level[3] = {};
            bool isFinite = true;
            for (int c = 0; c < 3; ++c) {
                const float value = weights(k, c, r, s);
                isFinite = isFinite && std::isfinite(value);
                const double share = largest > 0 ? double(value) / largest : 0;
                level[c] = isFinite ? int(std::lround(127.5 + 127.5 * share)) : 0;
            }
            picture.setPixel(s, r, isFinite ? qRgb(level[0], level[1], level[2]) : widgets::kNotFinite);
        }
    return picture;
}

Tensor kernelPlanes(const Tensor &weights, int k)
{
    Tensor planes(Shape{1, weights.shape.c, weights.shape.h, weights.shape.w});
    const auto begin = weights.values.begin() + std::ptrdiff_t(weights.index(k, 0, 0, 0));
    std::copy(begin, begin + std::ptrdiff_t(planes.values.size()), planes.values.begin());
    return planes;
}

} // namespace reslens::pages
