#include "reference/pooling.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace reslens::reference {

namespace {

/// The position in x.values of the winner in the window of y(n, c, p, q).
std::size_t winner(const nn::MaxPool &op, const Tensor &x, int n, int c, int p, int q)
{
    const int top = op.window().first(p), left = op.window().first(q);
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
    Tensor y(nn::outputShape(op, x.shape));
    for (int n = 0; n < y.shape.n; ++n)
        for (int c = 0; c < y.shape.c; ++c)
            for (int p = 0; p < y.shape.h; ++p)
                for (int q = 0; q < y.shape.w; ++q)
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

// y[n,c,p,q] = sum_{r,s} x[n, c, p*stride+r-padding, q*stride+s-padding] / (rows * columns)      (x = 0 outside)
Tensor averagePool(const nn::AveragePool &op, const Tensor &x)
{
    const nn::Window window = op.window();
    Tensor y(nn::outputShape(op, x.shape));
    const auto mean = [&](int n, int c, int top, int left) {
        double sum = 0;
        for (int r = 0; r < op.kernel; ++r)
            for (int s = 0; s < op.kernel; ++s)
                sum += x.padded(n, c, top + r, left + s);
        return float(sum / (op.counted(top, x.shape.h) * op.counted(left, x.shape.w)));
    };
    for (int n = 0; n < y.shape.n; ++n)
        for (int c = 0; c < y.shape.c; ++c)
            for (int p = 0; p < y.shape.h; ++p)
                for (int q = 0; q < y.shape.w; ++q)
                    y(n, c, p, q) = mean(n, c, window.first(p), window.first(q));
    return y;
}

Tensor averagePoolBackward(const nn::AveragePool &op, const Tensor &gy, Shape x)
{
    const nn::Window window = op.window();
    Tensor gx(x);
    const auto share = [&](int n, int c, int top, int left, float part) {
        for (int h = std::max(top, 0); h < std::min(top + op.kernel, x.h); ++h)
            for (int w = std::max(left, 0); w < std::min(left + op.kernel, x.w); ++w)
                gx(n, c, h, w) += part;
    };
    for (int n = 0; n < x.n; ++n)
        for (int c = 0; c < x.c; ++c)
            for (int p = 0; p < gy.shape.h; ++p)
                for (int q = 0; q < gy.shape.w; ++q) {
                    const int top = window.first(p), left = window.first(q);
                    share(n, c, top, left, gy(n, c, p, q) / float(op.counted(top, x.h) * op.counted(left, x.w)));
                }
    return gx;
}

namespace {

/// Calls use(y's index, x's index, weight) for every weight of every window.
template <typename Use>
void forEachBlurred(const nn::BlurPool &op, Shape x, Shape y, const Use &use)
{
    const nn::Window window = op.window();
    const std::vector<float> weights = op.weights();
    const auto ofWindow = [&](int n, int c, int p, int q) {
        for (int r = 0; r < op.kernel; ++r)
            for (int s = 0; s < op.kernel; ++s) {
                const int h = nn::BlurPool::mirrored(window.first(p) + r, x.h);
                const int w = nn::BlurPool::mirrored(window.first(q) + s, x.w);
                use(std::array{n, c, p, q}, std::array{n, c, h, w}, double(weights[r]) * weights[s]);
            }
    };
    for (int n = 0; n < y.n; ++n)
        for (int c = 0; c < y.c; ++c)
            for (int p = 0; p < y.h; ++p)
                for (int q = 0; q < y.w; ++q)
                    ofWindow(n, c, p, q);
}

std::size_t at(Shape shape, const std::array<int, 4> &index)
{
    const auto [n, c, h, w] = index;
    return ((std::size_t(n) * shape.c + c) * shape.h + h) * shape.w + w;
}

} // namespace

// y[n,c,p,q] = sum_{r,s} b_r b_s x[n, c, mirrored(p*stride+r-padding), mirrored(q*stride+s-padding)], b binomial
Tensor blurPool(const nn::BlurPool &op, const Tensor &x)
{
    Tensor y(nn::outputShape(op, x.shape));
    std::vector<double> sums(y.values.size());
    forEachBlurred(op, x.shape, y.shape, [&](const auto &of, const auto &from, double weight) {
        sums[at(y.shape, of)] += weight * x.values[at(x.shape, from)];
    });
    std::ranges::copy(sums, y.values.begin());
    return y;
}

Tensor blurPoolBackward(const nn::BlurPool &op, const Tensor &gy, Shape x)
{
    Tensor gx(x);
    std::vector<double> sums(gx.values.size());
    forEachBlurred(op, x, gy.shape, [&](const auto &of, const auto &from, double weight) {
        sums[at(x, from)] += weight * gy.values[at(gy.shape, of)];
    });
    std::ranges::copy(sums, gx.values.begin());
    return gx;
}

Tensor globalAveragePool(const Tensor &x)
{
    const auto [N, C, H, W] = x.shape;
    Tensor y(Shape{N, C, 1, 1});
    for (int n = 0; n < N; ++n)
        for (int c = 0; c < C; ++c) {
            double sum = 0;
            for (int h = 0; h < H; ++h)
                for (int w = 0; w < W; ++w)
                    sum += x(n, c, h, w);
            y(n, c, 0, 0) = float(sum / double(x.shape.planeCount()));
        }
    return y;
}

Tensor globalAveragePoolBackward(const Tensor &gy, Shape x)
{
    Tensor gx(x);
    for (int n = 0; n < x.n; ++n)
        for (int c = 0; c < x.c; ++c)
            for (int h = 0; h < x.h; ++h)
                for (int w = 0; w < x.w; ++w)
                    gx(n, c, h, w) = float(double(gy(n, c, 0, 0)) / double(x.planeCount()));
    return gx;
}

Tensor zeroPadShortcut(const nn::ZeroPadShortcut &op, const Tensor &x)
{
    Tensor s(nn::outputShape(op, x.shape));
    for (int n = 0; n < s.shape.n; ++n)
        for (int c = 0; c < x.shape.c; ++c)
            for (int p = 0; p < s.shape.h; ++p)
                for (int q = 0; q < s.shape.w; ++q)
                    s(n, op.channelsBefore() + c, p, q) = x(n, c, p * op.stride, q * op.stride);
    return s;
}

Tensor zeroPadShortcutBackward(const nn::ZeroPadShortcut &op, const Tensor &gs, Shape x)
{
    Tensor gx(x);
    for (int n = 0; n < x.n; ++n)
        for (int c = 0; c < x.c; ++c)
            for (int p = 0; p < gs.shape.h; ++p)
                for (int q = 0; q < gs.shape.w; ++q)
                    gx(n, c, p * op.stride, q * op.stride) = gs(n, op.channelsBefore() + c, p, q);
    return gx;
}

} // namespace reslens::reference
