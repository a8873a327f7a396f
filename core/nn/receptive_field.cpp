#include "nn/receptive_field.h"

#include <algorithm>

namespace reslens::nn {

namespace {

/// What an operation sees of its own input along an axis of `extent` values.
struct Window {
    int kernel = 1, stride = 1, padding = 0;
};

Window windowOf(const Op &op, int extent)
{
    if (const auto *conv = std::get_if<Conv2d>(&op))
        return {conv->kernel, conv->stride, conv->padding};
    if (const auto *pool = std::get_if<MaxPool>(&op))
        return {pool->kernel, pool->stride, pool->padding};
    if (const auto *skip = std::get_if<ZeroPadShortcut>(&op))
        return {1, skip->stride, 0};
    if (std::holds_alternative<GlobalAveragePool>(op))
        return {extent, 1, 0};
    return {};
}

FieldAxis through(const FieldAxis &in, const Window &window)
{
    return {in.start - window.padding * in.step, in.size + (window.kernel - 1) * in.step, in.step * window.stride};
}

/// Of two ways that end in the same layer and so have the same step.
FieldAxis joined(const FieldAxis &a, const FieldAxis &b)
{
    const int start = std::min(a.start, b.start);
    return {start, std::max(a.start + a.size, b.start + b.size) - start, a.step};
}

} // namespace

std::vector<ReceptiveField> receptiveFields(const Network &network, Shape input)
{
    const std::vector<Shape> shapes = layerShapes(network, input);
    std::vector<ReceptiveField> fields(network.layers.size());
    for (std::size_t l = 0; l < network.layers.size(); ++l) {
        const Layer &layer = network.layers[l];
        for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
            const std::size_t from = std::size_t(layer.inputs[i]);
            const FieldAxis rows = through(fields[from].rows, windowOf(layer.op, shapes[from].h));
            const FieldAxis columns = through(fields[from].columns, windowOf(layer.op, shapes[from].w));
            fields[l] = i == 0 ? ReceptiveField{rows, columns}
                               : ReceptiveField{joined(fields[l].rows, rows), joined(fields[l].columns, columns)};
        }
    }
    return fields;
}

} // namespace reslens::nn
