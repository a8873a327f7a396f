#include "reference/conv2d.h"

namespace reslens::reference {

// y[n,k,p,q] = sum_{c,r,s} x[n, first+c, p*stride+r-padding, q*stride+s-padding] * w[k,c,r,s]      (x = 0 outside)
// where filter k of the group k / (K/groups) sees the C/groups channels from `first` on.
Tensor conv2d(const nn::Conv2d &op, const Tensor &x, const Tensor &w)
{
    const auto [N, C, H, W] = x.shape;
    const int K = op.channelsOut, R = op.kernel, S = op.kernel, stride = op.stride, pad = op.padding;
    const int P = (H + 2 * pad - R) / stride + 1, Q = (W + 2 * pad - S) / stride + 1;
    const int channels = C / op.groups, filters = K / op.groups;
    Tensor y(Shape{N, K, P, Q});
    for (int n = 0; n < N; ++n)
        for (int k = 0; k < K; ++k)
            for (int p = 0; p < P; ++p)
                for (int q = 0; q < Q; ++q) {
                    const int first = k / filters * channels;
                    double sum = 0;
                    for (int c = 0; c < channels; ++c)
                        for (int r = 0; r < R; ++r)
                            for (int s = 0; s < S; ++s)
                                sum += double(x.padded(n, first + c, p * stride + r - pad, q * stride + s - pad)) *
                                       w(k, c, r, s);
                    y(n, k, p, q) = float(sum);
                }
    return y;
}

// gx[n,first+c,h,w'] = sum_{k,r,s} gy[n,k,p,q] * w[k,c,r,s]   over the filters k of the group, and over those r, s for
// which an output pixel (p, q) with p*stride + r - padding = h and q*stride + s - padding = w' exists.
Tensor conv2dBackwardInput(const nn::Conv2d &op, const Tensor &gy, const Tensor &w, Shape x)
{
    const int R = op.kernel, S = op.kernel, stride = op.stride, pad = op.padding;
    const int P = gy.shape.h, Q = gy.shape.w, channels = x.c / op.groups, filters = op.channelsOut / op.groups;
    const auto sees = [stride](int distance, int outputs) {
        return distance >= 0 && distance % stride == 0 && distance / stride < outputs;
    };
    const auto pixel = [&](int n, int group, int c, int h, int column) {
        double sum = 0;
        for (int r = 0; r < R; ++r)
            for (int s = 0; s < S; ++s)
                if (const int down = h + pad - r, right = column + pad - s; sees(down, P) && sees(right, Q))
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

// gw[k,c,r,s] = sum_{n,p,q} gy[n,k,p,q] * x[n, first+c, p*stride+r-padding, q*stride+s-padding]      (x = 0 outside)
Tensor conv2dBackwardWeights(const nn::Conv2d &op, const Tensor &x, const Tensor &gy)
{
    const int K = op.channelsOut, stride = op.stride, pad = op.padding, channels = op.channelsIn / op.groups,
              filters = K / op.groups;
    const auto weight = [&](int k, int c, int r, int s) {
        double sum = 0;
        for (int n = 0; n < gy.shape.n; ++n)
            for (int p = 0; p < gy.shape.h; ++p)
                for (int q = 0; q < gy.shape.w; ++q)
                    sum += double(gy(n, k, p, q)) * x.padded(n, c, p * stride + r - pad, q * stride + s - pad);
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

} // namespace reslens::reference
