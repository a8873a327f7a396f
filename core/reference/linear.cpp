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

} // namespace reslens::reference
