#include "reference/global_average_pool.h"

namespace reslens::reference {

Tensor globalAveragePool(const Tensor &x)
{
    const auto [N, C, H, W] = x.shape;
    Tensor y(Shape{N, C, 1, 1});
    for (int n = 0; n < N; ++n)
        for (int c = 0; c < C; ++c) {
            double sum = 0;
            for (int h = 0; h < H; ++h)
                for (int w = 0; w < W; ++w)
                    sum += x(n, c, h, w);
            y(n, c, 0, 0) = float(sum / double(x.shape.planeCount()));
        }
    return y;
}

} // namespace reslens::reference
