#include "reference/softmax.h"

#include <algorithm>
#include <cmath>

namespace reslens::reference {

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
