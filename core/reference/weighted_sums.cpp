#include "reference/weighted_sums.h"

namespace reslens::reference {

// y[n,k,p,q] = sum_{c,r,s} x[n, first+c, p*stride+r*dilation-padding, q*stride+s*dilation-padding] * w[k,c,r,s]
// (x = 0 outside)
// where filter k of the group k / (K/groups) sees the C/groups channels from `first` on.
Tensor conv2d(const nn::Conv2d &op, const Tensor &x, const Tensor &w)
{
    const nn::Window window = op.window();
    const int K = op.channelsOut, P = window.outputSize(x.shape.h), Q = window.outputSize(x.shape.w);
    const int channels = op.channelsIn / op.groups, filters = K / op.groups;
    Tensor y(Shape{x.shape.n, K, P, Q});
    const auto pixel = [&](int n, int k, int top, int left) {
        const int first = k / filters * channels;
        double sum = 0;
        for (int c = 0; c < channels; ++c)
            for (int r = 0; r < op.kernel; ++r)
                for (int s = 0; s < op.kernel; ++s)
                    sum += double(x.padded(n, first + c, top + r * window.dilation, left + s * window.dilation)) *
                           w(k, c, r, s);
        return float(sum);
    };
    for (int n = 0; n < y.shape.n; ++n)
        for (int k = 0; k < K; ++k)
            for (int p = 0; p < P; ++p)
                for (int q = 0; q < Q; ++q)
                    y(n, k, p, q) = pixel(n, k, window.first(p), window.first(q));
    return y;
}

// gx[n,first+c,h,w'] = sum_{k,r,s} gy[n,k,p,q] * w[k,c,r,s]   over the filters k of the group, and over those r, s for
// which an output pixel (p, q) with p*stride + r*dilation - padding = h and q*stride + s*dilation - padding = w'
// exists.
Tensor conv2dBackwardInput(const nn::Conv2d &op, const Tensor &gy, const Tensor &w, Shape x)
{
    const nn::Window window = op.window();
    const int P = gy.shape.h, Q = gy.shape.w, stride = window.stride;
    const int channels = x.c / op.groups, filters = op.channelsOut / op.groups;
    const auto sees = [stride](int distance, int outputs) {
        return distance >= 0 && distance % stride == 0 && distance / stride < outputs;
    };
    const auto pixel = [&](int n, int group, int c, int h, int column) {
        double sum = 0;
        for (int r = 0; r < op.kernel; ++r)
            for (int s = 0; s < op.kernel; ++s)
                if (const int down = h + window.padding - r * window.dilation,
                    right = column + window.padding - s * window.dilation;
                    sees(down, P) && sees(right, Q))
                    for (int k = group * filters; k < (group + 1) * filters; ++k)
                        sum += double(gy(n, k, down / stride, right / stride)) * w(k, c, r, s);
        return float(sum);
    };
    Tensor gx(x);
    for (int n = 0; n < x.n; ++n)
        for (int c = 0; c < x.c; ++c)
            for (int h = 0; h < x.h; ++h)
                for (int column = 0; column < x.w; ++column)
                    gx(n, c, h, column) = pixel(n, c / channels, c % channels, h, column);
    return gx;
}

// gw[k,c,r,s] = sum_{n,p,q} gy[n,k,p,q] * x[n, first+c, p*stride+r*dilation-padding, q*stride+s*dilation-padding]
// (x = 0 outside)
Tensor conv2dBackwardWeights(const nn::Conv2d &op, const Tensor &x, const Tensor &gy)
{
    const nn::Window window = op.window();
    const int K = op.channelsOut, channels = op.channelsIn / op.groups, filters = K / op.groups;
    const auto weight = [&](int k, int c, int r, int s) {
        double sum = 0;
        for (int n = 0; n < gy.shape.n; ++n)
            for (int p = 0; p < gy.shape.h; ++p)
                for (int q = 0; q < gy.shape.w; ++q)
                    sum += double(gy(n, k, p, q)) *
                           x.padded(n, c, window.first(p) + r * window.dilation, window.first(q) + s * window.dilation);
        return float(sum);
    };
    Tensor gw(Shape{K, channels, op.kernel, op.kernel});
    for (int k = 0; k < K; ++k)
        for (int c = 0; c < channels; ++c)
            for (int r = 0; r < op.kernel; ++r)
                for (int s = 0; s < op.kernel; ++s)
                    gw(k, c, r, s) = weight(k, k / filters * channels + c, r, s);
    return gw;
}

Tensor linear(const nn::Linear &op, const Tensor &x, const Tensor &w, std::span<const float> b)
{
    const int N = x.shape.n, C = op.featuresIn, K = op.featuresOut;
    Tensor y(Shape{N, K, 1, 1});
    for (int n = 0; n < N; ++n)
        for (int k = 0; k < K; ++k) {
            double sum = b[k];
            for (int c = 0; c < C; ++c)
                sum += double(w(k, c, 0, 0)) * x(n, c, 0, 0);
            y(n, k, 0, 0) = float(sum);
        }
    return y;
}

Tensor linearBackwardInput(const nn::Linear &op, const Tensor &gy, const Tensor &w)
{
    const int N = gy.shape.n, C = op.featuresIn, K = op.featuresOut;
    Tensor gx(Shape{N, C, 1, 1});
    for (int n = 0; n < N; ++n)
        for (int c = 0; c < C; ++c) {
            double sum = 0;
            for (int k = 0; k < K; ++k)
                sum += double(gy(n, k, 0, 0)) * w(k, c, 0, 0);
            gx(n, c, 0, 0) = float(sum);
        }
    return gx;
}

Tensor linearBackwardWeights(const nn::Linear &op, const Tensor &x, const Tensor &gy)
{
    Tensor gw(Shape{op.featuresOut, op.featuresIn, 1, 1});
    for (int k = 0; k < op.featuresOut; ++k)
        for (int c = 0; c < op.featuresIn; ++c) {
            double sum = 0;
            for (int n = 0; n < x.shape.n; ++n)
                sum += double(gy(n, k, 0, 0)) * x(n, c, 0, 0);
            gw(k, c, 0, 0) = float(sum);
        }
    return gw;
}

void addBias(Tensor &y, std::span<const float> b)
{
    const std::size_t plane = y.shape.planeCount();
    for (std::size_t i = 0; i < y.values.size(); ++i)
        y.values[i] += b[i / plane % b.size()];
}

std::vector<float> biasBackward(const Tensor &gy)
{
    const std::size_t plane = gy.shape.planeCount(), channels = std::size_t(gy.shape.c);
    std::vector<double> sums(channels, 0.0);
    for (std::size_t i = 0; i < gy.values.size(); ++i)
        sums[i / plane % channels] += gy.values[i];
    return {sums.begin(), sums.end()};
}

} // namespace reslens::reference
