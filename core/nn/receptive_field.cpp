#include "nn/receptive_field.h"

#include <algorithm>

namespace reslens::nn {

namespace {

FieldAxis through(const FieldAxis &in, const Window &window)
{
    return {in.start - window.padding * in.step, in.size + (window.reach() - 1) * in.step, in.step * window.stride};
}

/// Joins the fields of two paths that end in the same layer and therefore have the same step.
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
