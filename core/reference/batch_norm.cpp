#include "reference/batch_norm.h"

#include <cmath>

namespace reslens::reference {

// y = gamma * (x - mean) / sqrt(variance + eps) + beta
Tensor batchNorm(const nn::BatchNorm &op, const Tensor &x, const BatchNormParameters &parameters)
{
    const auto &[gamma, beta, mean, variance] = parameters;
    const std::size_t plane = x.shape.planeCount();
    Tensor y(x.shape);
    for (int n = 0; n < x.shape.n; ++n)
        for (int c = 0; c < x.shape.c; ++c) {
            const double scale = gamma[c] / std::sqrt(double(variance[c]) + op.eps);
            const double centre = mean[c], offset = beta[c];
            const float *from = x.values.data() + x.index(n, c, 0, 0);
            float *to = y.values.data() + y.index(n, c, 0, 0);
            for (std::size_t i = 0; i < plane; ++i)
                to[i] = float(scale * (from[i] - centre) + offset);
        }
    return y;
}

} // namespace reslens::reference
