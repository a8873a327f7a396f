#include "reference/max_pool.h"

#include <algorithm>
#include <cmath>

namespace reslens::reference {

namespace {

/// Where in x.values the winner of the window of y(n, c, p, q) is.
std::size_t winner(const nn::MaxPool &op, const Tensor &x, int n, int c, int p, int q)
{
    const int top = p * op.stride - op.padding, left = q * op.stride - op.padding;
    const int bottom = std::min(top + op.kernel, x.shape.h), right = std::min(left + op.kernel, x.shape.w);
    std::size_t largest = x.index(n, c, std::max(top, 0), std::max(left, 0));
    for (int h = std::max(top, 0); h < bottom; ++h)
        for (int w = std::max(left, 0); w < right; ++w)
            if (const float value = x(n, c, h, w); value > x.values[largest] || std::isnan(value))
                largest = x.index(n, c, h, w);
    return largest;
}

} // namespace

Tensor maxPool(const nn::MaxPool &op, const Tensor &x)
{
    const auto [N, C, H, W] = x.shape;
    const int P = (H + 2 * op.padding - op.kernel) / op.stride + 1;
    const int Q = (W + 2 * op.padding - op.kernel) / op.stride + 1;
    Tensor y(Shape{N, C, P, Q});
    for (int n = 0; n < N; ++n)
        for (int c = 0; c < C; ++c)
            for (int p = 0; p < P; ++p)
                for (int q = 0; q < Q; ++q)
                    y(n, c, p, q) = x.values[winner(op, x, n, c, p, q)];
    return y;
}

Tensor maxPoolBackward(const nn::MaxPool &op, const Tensor &x, const Tensor &gy)
{
    Tensor gx(x.shape);
    for (int n = 0; n < x.shape.n; ++n)
        for (int c = 0; c < x.shape.c; ++c)
            for (int p = 0; p < gy.shape.h; ++p)
                for (int q = 0; q < gy.shape.w; ++q)
                    gx.values[winner(op, x, n, c, p, q)] += gy(n, c, p, q);
    return gx;
}

} // namespace reslens::reference
