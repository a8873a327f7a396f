#include "reference/pointwise.h"

#include <algorithm>
#include <cmath>

namespace reslens::reference {

Tensor relu(const Tensor &x)
{
    Tensor y = x;
    for (float &value : y.values)
        value = value < 0 ? 0.0f : value;
    return y;
}

Tensor reluBackward(const Tensor &y, const Tensor &gy)
{
    Tensor gx(y.shape);
    for (std::size_t i = 0; i < gx.values.size(); ++i)
        gx.values[i] = y.values[i] <= 0 ? 0.0f : gy.values[i];
    return gx;
}

Tensor activate(const nn::Activate &op, const Tensor &x)
{
    Tensor y = x;
    for (float &value : y.values)
        if (op.kind == nn::Activate::Kind::Leaky)
            value = value < 0 ? op.slope * value : value;
        else
            value = float(value * nn::sigmoid(value));
    return y;
}

// SiLU: dy/dx = p (1 + x (1 - p)) with p = sigmoid(x). Leaky ReLU: 1 where x > 0, else the slope.
Tensor activateBackward(const nn::Activate &op, const Tensor &x, const Tensor &gy)
{
    Tensor gx = gy;
    for (std::size_t i = 0; i < gx.values.size(); ++i) {
        const double value = x.values[i % x.values.size()], p = nn::sigmoid(value);
        if (op.kind == nn::Activate::Kind::Silu)
            gx.values[i] = float(gy.values[i] * p * (1 + value * (1 - p)));
        else if (value <= 0)
            gx.values[i] *= op.slope;
    }
    return gx;
}

Tensor add(const Tensor &s, const Tensor &F, const nn::BlockScale &scale)
{
    const auto [alpha, beta] = scale;
    Tensor u(s.shape);
    for (std::size_t i = 0; i < u.values.size(); ++i)
        u.values[i] = alpha * s.values[i] + beta * F.values[i];
    return u;
}

AddGradients addBackward(const Tensor &gu, const nn::BlockScale &scale)
{
    const auto [alpha, beta] = scale;
    AddGradients g{Tensor(gu.shape), Tensor(gu.shape)};
    for (std::size_t i = 0; i < gu.values.size(); ++i) {
        g.gs.values[i] = alpha * gu.values[i];
        g.gF.values[i] = beta * gu.values[i];
    }
    return g;
}

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

Tensor softmax(const Tensor &x)
{
    const auto [N, K, H, W] = x.shape;
    Tensor p(x.shape);
    for (int n = 0; n < N; ++n) {
        double m = x(n, 0, 0, 0), sum = 0;
        for (int k = 1; k < K; ++k)
            m = std::max(m, double(x(n, k, 0, 0)));
        for (int k = 0; k < K; ++k)
            sum += std::exp(x(n, k, 0, 0) - m);
        for (int k = 0; k < K; ++k)
            p(n, k, 0, 0) = float(std::exp(x(n, k, 0, 0) - m) / sum);
    }
    return p;
}

Tensor softmaxBackward(const Tensor &p, const Tensor &gp)
{
    Tensor gx(p.shape);
    for (int n = 0; n < p.shape.n; ++n)
        for (int k = 0; k < p.shape.c; ++k) {
            double sum = 0;
            for (int j = 0; j < p.shape.c; ++j)
                sum += p(n, j, 0, 0) * (double(gp(n, k, 0, 0)) - gp(n, j, 0, 0));
            gx(n, k, 0, 0) = float(p(n, k, 0, 0) * sum);
        }
    return gx;
}

} // namespace reslens::reference
