#include "engine/winograd.h"

#include <array>

namespace reslens::engine::winograd {

namespace {

constexpr int kWindow = 6, kFilter = 3;
using Row = std::array<double, kFilter>;
constexpr std::array<Row, kWindow> kG{Row{1.0 / 4, 0, 0},
                                      Row{-1.0 / 6, -1.0 / 6, -1.0 / 6},
                                      Row{-1.0 / 6, 1.0 / 6, -1.0 / 6},
                                      Row{1.0 / 24, 1.0 / 12, 1.0 / 6},
                                      Row{1.0 / 24, -1.0 / 12, 1.0 / 6},
                                      Row{0, 0, 1}};

} // namespace

bool fits(const nn::Conv2d &op)
{
    return op.kernel == kFilter && op.stride == 1 && op.padding == 1 && op.groups == 1 && op.channelsIn % 4 == 0 &&
           op.channelsOut % 4 == 0;
}

nn::Conv2d middleOf(const nn::Conv2d &op)
{
    return {kPlaces * op.channelsIn, kPlaces * op.channelsOut, 1, 1, 0, kPlaces};
}

Shape middleShape(Shape shape)
{
    return {shape.n, kPlaces * shape.c, (shape.h + kTile - 1) / kTile, (shape.w + kTile - 1) / kTile};
}

std::vector<float> transformed(const nn::Conv2d &op, std::span<const float> weights, std::span<const double> scale)
{
    const std::size_t filters = std::size_t(op.channelsOut) * op.channelsIn;
    std::vector<float> result(kPlaces * filters);
    for (std::size_t f = 0; f < filters; ++f) {
        const std::span<const float> g = weights.subspan(f * kFilter * kFilter, kFilter * kFilter);
        double rows[kWindow][kFilter]; // G g
        for (int i = 0; i < kWindow; ++i)
            for (int j = 0; j < kFilter; ++j)
                rows[i][j] = kG[i][0] * g[j] + kG[i][1] * g[kFilter + j] + kG[i][2] * g[2 * kFilter + j];
        for (int i = 0; i < kWindow; ++i)
            for (int j = 0; j < kWindow; ++j) {
                const double value = rows[i][0] * kG[j][0] + rows[i][1] * kG[j][1] + rows[i][2] * kG[j][2];
                result[(std::size_t(i) * kWindow + j) * filters + f] = float(value * scale[f / op.channelsIn]);
            }
    }
    return result;
}

} // namespace reslens::engine::winograd
