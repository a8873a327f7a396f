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

Tensor globalAveragePoolBackward(const Tensor &gy, Shape x)
{
    Tensor gx(x);
    for (int n = 0; n < x.n; ++n)
        for (int c = 0; c < x.c; ++c)
            for (int h = 0; h < x.h; ++h)
                for (int w = 0; w < x.w; ++w)
                    gx(n, c, h, w) = float(double(gy(n, c, 0, 0)) / double(x.planeCount()));
    return gx;
}

} // namespace reslens::reference
