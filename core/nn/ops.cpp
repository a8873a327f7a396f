#include "nn/ops.h"

#include <functional>
#include <numeric>

namespace reslens::nn {

namespace {

std::string sizeText(const Window &window)
{
    const std::string kernel = std::to_string(window.kernel);
    return kernel + "x" + kernel + (window.stride > 1 ? "/" + std::to_string(window.stride) : "") +
           (window.dilation > 1 ? " dilation " + std::to_string(window.dilation) : "");
}

/// The facts about every operation.
struct Facts {
    std::string name;
    Window window;
    int channelsOut;
};

/// The facts for `in` channels, along an axis of `extent`.
Facts factsOf(const Op &op, int in, int extent)
{
    return std::visit(Overloaded{
                          [&](const Input &) {
                              return Facts{"input", {}, in};
                          },
                          [&](const Conv2d &l) {
                              const std::string groups = l.groups > 1 ? " groups " + std::to_string(l.groups) : "";
                              return Facts{"conv " + sizeText(l.window()) + groups, l.window(), l.channelsOut};
                          },
                          [&](const BatchNorm &) {
                              return Facts{"batch norm", {}, in};
                          },
                          [&](const Relu &) {
                              return Facts{"ReLU", {}, in};
                          },
                          [&](const Activate &l) {
                              return Facts{l.kind == Activate::Kind::Silu ? "SiLU" : "leaky ReLU", {}, in};
                          },
                          [&](const Add &) {
                              return Facts{"add", {}, in};
                          },
                          [&](const MaxPool &l) {
                              return Facts{"max-pool " + sizeText(l.window()), l.window(), in};
                          },
                          [&](const AveragePool &l) {
                              return Facts{"average pool " + sizeText(l.window()), l.window(), in};
                          },
                          [&](const BlurPool &l) {
                              return Facts{"blur pool " + sizeText(l.window()), l.window(), in};
                          },
                          [&](const ZeroPadShortcut &l) {
                              return Facts{"zero-pad shortcut", l.window(), l.channelsOut};
                          },
                          [&](const GlobalAveragePool &) {
                              return Facts{"global average pool", {extent}, in};
                          },
                          [&](const Linear &l) {
                              return Facts{"linear", {extent}, l.featuresOut};
                          },
                          [&](const Softmax &) {
                              return Facts{"softmax", {}, in};
                          },
                      },
                      op);
}

} // namespace

std::vector<float> BlurPool::weights() const
{
    std::vector<float> row{1};
    for (int n = 1; n < kernel; ++n) {
        row.push_back(0);
        for (int i = n; i >= 0; --i)
            row[std::size_t(i)] = (row[std::size_t(i)] + (i > 0 ? row[std::size_t(i - 1)] : 0)) / 2;
    }
    return row;
}

int BlurPool::mirrored(int place, int extent)
{
    const int last = extent - 1;
    return place < 0 ? -place : place > last ? 2 * last - place : place;
}

std::string describe(const Op &op)
{
    return factsOf(op, 1, 1).name;
}

Window windowOf(const Op &op, int extent)
{
    return factsOf(op, 1, extent).window;
}

Shape outputShape(const Op &op, Shape in)
{
    if (const auto *blur = std::get_if<BlurPool>(&op); blur && !(blur->canMirror(in.h) && blur->canMirror(in.w)))
        return {in.n, in.c, 0, 0};
    return {in.n, factsOf(op, in.c, in.h).channelsOut, windowOf(op, in.h).outputSize(in.h),
            windowOf(op, in.w).outputSize(in.w)};
}

std::int64_t macsOf(const Op &op, Shape output)
{
    std::int64_t macs = 0;
    for (const ParameterSpec &spec : parametersOf(op, ""))
        if (spec.shape.size() > 1) // weights: every output is a sum over all axes but the first
            macs += std::accumulate(spec.shape.begin() + 1, spec.shape.end(), std::int64_t(output.count()),
                                    std::multiplies());
    return macs;
}

std::vector<ParameterSpec> parametersOf(const Op &op, const std::string &layer)
{
    using Specs = std::vector<ParameterSpec>;
    return std::visit(
        Overloaded{
            [](const Input &) { return Specs(); },
            [&](const Conv2d &l) {
                Specs specs{{layer + ".weight", {l.channelsOut, l.channelsIn / l.groups, l.kernel, l.kernel}, true}};
                if (l.hasBias)
                    specs.push_back({layer + ".bias", {l.channelsOut}, true});
                return specs;
            },
            [&](const BatchNorm &l) {
                return Specs{{layer + ".weight", {l.channels}, true},
                             {layer + ".bias", {l.channels}, true},
                             {layer + ".running_mean", {l.channels}, false},
                             {layer + ".running_var", {l.channels}, false}};
            },
            [](const Relu &) { return Specs(); },
            [](const Activate &) { return Specs(); },
            [](const Add &) { return Specs(); },
            [](const MaxPool &) { return Specs(); },
            [](const AveragePool &) { return Specs(); },
            [](const BlurPool &) { return Specs(); },
            [](const ZeroPadShortcut &) { return Specs(); },
            [](const GlobalAveragePool &) { return Specs(); },
            [&](const Linear &l) {
                return Specs{{layer + ".weight", {l.featuresOut, l.featuresIn}, true},
                             {layer + ".bias", {l.featuresOut}, true}};
            },
            [](const Softmax &) { return Specs(); },
        },
        op);
}

} // namespace reslens::nn
