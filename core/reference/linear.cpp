#include "reference/linear.h"

namespace reslens::reference {

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

std::vector<float> linearBackwardBias(const nn::Linear &op, const Tensor &gy)
{
    std::vector<float> gb;
    for (int k = 0; k < op.featuresOut; ++k) {
        double sum = 0;
        for (int n = 0; n < gy.shape.n; ++n)
            sum += gy(n, k, 0, 0);
        gb.push_back(float(sum));
    }
    return gb;
}

} // namespace reslens::reference
