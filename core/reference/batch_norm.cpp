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

// gx = gamma / sqrt(variance + eps) * gy
Tensor batchNormBackwardInput(const nn::BatchNorm &op, const Tensor &gy, const BatchNormParameters &parameters)
{
    const std::size_t plane = gy.shape.planeCount();
    Tensor gx(gy.shape);
    for (int n = 0; n < gy.shape.n; ++n)
        for (int c = 0; c < gy.shape.c; ++c) {
            const double scale = parameters.gamma[c] / std::sqrt(double(parameters.variance[c]) + op.eps);
            const std::size_t first = gy.index(n, c, 0, 0);
            for (std::size_t i = first; i < first + plane; ++i)
                gx.values[i] = float(scale * gy.values[i]);
        }
    return gx;
}

// ggamma = sum gy * (x - mean) / sqrt(variance + eps), gbeta = sum gy
BatchNormGradients batchNormBackwardParameters(const nn::BatchNorm &op, const Tensor &x, const Tensor &gy,
                                               const BatchNormParameters &parameters)
{
    const auto &[gamma, beta, mean, variance] = parameters;
    const std::size_t plane = x.shape.planeCount();
    BatchNormGradients g;
    for (int c = 0; c < x.shape.c; ++c) {
        double products = 0, sum = 0;
        for (int n = 0; n < x.shape.n; ++n) {
            const std::size_t first = x.index(n, c, 0, 0);
            for (std::size_t i = first; i < first + plane; ++i) {
                products += gy.values[i] * (double(x.values[i]) - mean[c]);
                sum += gy.values[i];
            }
        }
        g.ggamma.push_back(float(products / std::sqrt(double(variance[c]) + op.eps)));
        g.gbeta.push_back(float(sum));
    }
    return g;
}

} // namespace reslens::reference
