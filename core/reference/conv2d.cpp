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

} // namespace reslens::reference
