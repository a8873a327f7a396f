#include "reference/max_pool.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace reslens::reference {

Tensor maxPool(const nn::MaxPool &op, const Tensor &x)
{
    const auto [N, C, H, W] = x.shape;
    const int stride = op.stride, pad = op.padding;
    const int P = (H + 2 * pad - op.kernel) / stride + 1, Q = (W + 2 * pad - op.kernel) / stride + 1;
    Tensor y(Shape{N, C, P, Q});
    for (int n = 0; n < N; ++n)
        for (int c = 0; c < C; ++c)
            for (int p = 0; p < P; ++p)
                for (int q = 0; q < Q; ++q) {
                    const int top = std::max(p * stride - pad, 0), bottom = std::min(p * stride - pad + op.kernel, H);
                    const int left = std::max(q * stride - pad, 0), right = std::min(q * stride - pad + op.kernel, W);
                    float largest = -std::numeric_limits<float>::infinity();
                    for (int h = top; h < bottom; ++h)
                        for (int w = left; w < right; ++w)
                            if (const float value = x(n, c, h, w); value > largest || std::isnan(value))
                                largest = value;
                    y(n, c, p, q) = largest;
                }
    return y;
}

} // namespace reslens::reference
