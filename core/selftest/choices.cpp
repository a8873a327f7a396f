#include "selftest/choices.h"

#include <algorithm>

namespace reslens::selftest {

namespace {

/// The element of x that PyTorch's max-pool takes for output (n, c, p, q): the first of the largest.
std::size_t chosen(const nn::MaxPool &op, const Tensor &x, const Shape &at)
{
    const auto [n, c, p, q] = at;
    std::size_t best = 0;
    bool isFirst = true;
    for (int h = std::max(p * op.stride - op.padding, 0);
         h < std::min(p * op.stride - op.padding + op.kernel, x.shape.h); ++h)
        for (int w = std::max(q * op.stride - op.padding, 0);
             w < std::min(q * op.stride - op.padding + op.kernel, x.shape.w); ++w) {
            const std::size_t i = x.index(n, c, h, w);
            if (isFirst || x.values[i] > x.values[best])
                best = i;
            isFirst = false;
        }
    return best;
}

} // namespace

void Choices::addRelu(int layer, const Tensor &y, const Tensor &expectedY)
{
    count += y.values.size();
    for (std::size_t i = 0; i < y.values.size(); ++i)
        if ((y.values[i] > 0) != (expectedY.values[i] > 0)) {
            differing[layer].push_back(i);
            ++differingCount;
        }
}

void Choices::addMaxPool(int layer, const nn::MaxPool &op, const Tensor &x, const Tensor &expectedX)
{
    const Shape in = x.shape;
    const int P = (in.h + 2 * op.padding - op.kernel) / op.stride + 1,
              Q = (in.w + 2 * op.padding - op.kernel) / op.stride + 1;
    std::size_t i = 0;
    for (int n = 0; n < in.n; ++n)
        for (int c = 0; c < in.c; ++c)
            for (int p = 0; p < P; ++p)
                for (int q = 0; q < Q; ++q, ++i)
                    if (chosen(op, x, {n, c, p, q}) != chosen(op, expectedX, {n, c, p, q})) {
                        differing[layer].push_back(i);
                        ++differingCount;
                    }
    count += i;
}

double Choices::energyShare(int layer, const Tensor &gy) const
{
    const auto found = differing.find(layer);
    if (found == differing.end())
        return 0;
    double whole = 0, part = 0;
    for (const float g : gy.values)
        whole += double(g) * g;
    for (const std::size_t i : found->second)
        part += double(gy.values[i]) * gy.values[i];
    return whole > 0 ? part / whole : 0;
}

} // namespace reslens::selftest
