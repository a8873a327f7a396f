#include "nn/trace_sums.h"

#include <algorithm>
#include <cmath>

namespace reslens::nn {

namespace {

/// Calls visit(at, row) for every element, with its position and its [n * channels + c].
template <typename Visit>
void forEach(Shape shape, Visit visit)
{
    const std::size_t plane = shape.planeCount(), rows = std::size_t(shape.n) * shape.c;
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t i = 0; i < plane; ++i)
            visit(row * plane + i, row);
}

double square(double value)
{
    return value * value;
}

} // namespace

Moments momentsOf(const Tensor &tensor)
{
    const Shape shape = tensor.shape;
    const std::vector<double> zeros(std::size_t(shape.n) * shape.c, 0.0);
    Moments moments{shape.n, shape.c, int(shape.planeCount()), zeros, zeros};
    forEach(shape, [&](std::size_t at, std::size_t row) {
        moments.sum[row] += tensor.values[at];
        moments.square[row] += square(tensor.values[at]);
    });
    return moments;
}

BlockSums blockSumsOf(const Tensor *s, const Tensor &F, const Tensor &u, const Tensor &y)
{
    const Shape shape = u.shape;
    const std::vector<double> zeros(std::size_t(shape.n) * shape.c, 0.0), none = s ? zeros : std::vector<double>();
    BlockSums sums{shape.n, shape.c, int(shape.planeCount()),
                   none,    zeros,   zeros,
                   zeros,   none,    none,
                   zeros,   none,    zeros,
                   zeros,   zeros,   zeros,
                   none};
    forEach(shape, [&](std::size_t at, std::size_t row) {
        const double f = F.values[at], v = u.values[at], out = y.values[at];
        const bool passes = v > 0;
        sums.FF[row] += f * f;
        sums.uu[row] += v * v;
        sums.yy[row] += out * out;
        sums.Fu[row] += f * v;
        sums.clippedCount[row] += !passes;
        sums.clippedEnergy[row] += passes ? 0.0 : v * v;
        sums.write[row] += passes ? square(std::max(f, 0.0)) : 0.0;
        sums.erase[row] += passes ? square(std::min(f, 0.0)) : 0.0;
        if (!s)
            return;
        const double skip = s->values[at];
        sums.ss[row] += skip * skip;
        sums.sF[row] += skip * f;
        sums.su[row] += skip * v;
        sums.sy[row] += skip * out;
        sums.kill[row] += passes ? 0.0 : skip * skip;
    });
    return sums;
}

Tensor pixelNormsOf(const Tensor &tensor)
{
    const Shape shape = tensor.shape;
    std::vector<double> squares(std::size_t(shape.n) * shape.planeCount(), 0.0);
    const std::size_t plane = shape.planeCount();
    forEach(shape, [&](std::size_t at, std::size_t row) {
        squares[row / shape.c * plane + at % plane] += square(tensor.values[at]);
    });
    Tensor norms({shape.n, 1, shape.h, shape.w});
    std::transform(squares.begin(), squares.end(), norms.values.begin(), [](double s) { return float(std::sqrt(s)); });
    return norms;
}

} // namespace reslens::nn
