#include "engine/winograd.h"

#include "engine/packing.h"

#include <algorithm>
#include <array>

namespace reslens::engine::winograd {

namespace {

constexpr int kWindow = 6, kFilter = 3, kTaps = kFilter * kFilter;
constexpr int kLanes = 4; // channels of a quad
using Row = std::array<double, kFilter>;

/// The row of a filter at the point x: 1, x, x^2 over the product of the distances to the other points. These are 0,
/// -x, `other` and -`other`.
constexpr Row rowAt(double x, double other)
{
    const double distances = 2 * x * x * (x * x - other * other);
    return {1 / distances, x / distances, x * x / distances};
}
constexpr std::array<Row, kWindow> kG{
    Row{1 / (kA * kA * kB * kB), 0, 0}, rowAt(kA, kB), rowAt(-kA, kB), rowAt(kB, kA), rowAt(-kB, kA), Row{0, 0, 1}};

using Filter = std::array<double, kTaps>;

/// G g G^T, by place.
std::array<double, kPlaces> transformed(const Filter &g)
{
    double rows[kWindow][kFilter]; // G g
    for (int i = 0; i < kWindow; ++i)
        for (int j = 0; j < kFilter; ++j)
            rows[i][j] = kG[i][0] * g[j] + kG[i][1] * g[kFilter + j] + kG[i][2] * g[2 * kFilter + j];
    std::array<double, kPlaces> places;
    for (int i = 0; i < kWindow; ++i)
        for (int j = 0; j < kWindow; ++j)
            places[i * kWindow + j] = rows[i][0] * kG[j][0] + rows[i][1] * kG[j][1] + rows[i][2] * kG[j][2];
    return places;
}

int ceilQuotient(int a, int b)
{
    return (a + b - 1) / b;
}

} // namespace

bool fits(const nn::Conv2d &op)
{
    return op.kernel == kFilter && op.stride == 1 && op.padding == 1 && op.groups == 1 && op.dilation == 1 &&
           op.channelsIn % kLanes == 0 && op.channelsOut % kLanes == 0;
}

Tiles tilesOf(Shape shape)
{
    return {ceilQuotient(shape.h, kTile), ceilQuotient(shape.w, kTile)};
}

int outBlocks(const nn::Conv2d &op)
{
    return ceilQuotient(op.channelsOut, kLanes * kOutQuads);
}

std::size_t weightFloats(const nn::Conv2d &op)
{
    return std::size_t(outBlocks(op)) * (op.channelsIn / kLanes) * kPlaces * kOutQuads * kLanes * kLanes;
}

void pack(const nn::Conv2d &op, std::span<const float> weights, std::span<const double> scale, Filters filters,
          std::span<float> out)
{
    const bool isRotated = filters == Filters::Rotated;
    const nn::Conv2d as = isRotated ? transposed(op) : op;
    // The filter between output k and input c of the shader's convolution.
    const auto filter = [&](int k, int c) {
        const int stored = isRotated ? c : k, other = isRotated ? k : c;
        const float *w = weights.data() + (std::size_t(stored) * op.channelsIn + other) * kTaps;
        Filter g;
        for (int tap = 0; tap < kTaps; ++tap)
            g[tap] = w[isRotated ? kTaps - 1 - tap : tap] * scale[stored];
        return g;
    };
    // [block of k][quad of c][place][quad of k in the block][lane of c][lane of k]
    constexpr int kChannels = kOutQuads * kLanes, kPlaceFloats = kChannels * kLanes;
    std::array<float, std::size_t(kPlaces) * kPlaceFloats> turn;
    float *to = out.data();
    for (int firstK = 0; firstK < outBlocks(as) * kChannels; firstK += kChannels)
        for (int firstC = 0; firstC < as.channelsIn; firstC += kLanes, to += turn.size()) {
            turn.fill(0.0f);
            for (int k = firstK; k < std::min(firstK + kChannels, as.channelsOut); ++k)
                for (int c = firstC; c < firstC + kLanes; ++c) {
                    const std::array<double, kPlaces> places = transformed(filter(k, c));
                    const int quad = (k - firstK) / kLanes, lane = (k - firstK) % kLanes;
                    float *at = turn.data() + std::size_t(quad * kLanes + c - firstC) * kLanes + lane;
                    for (int place = 0; place < kPlaces; ++place)
                        at[std::size_t(place) * kPlaceFloats] = float(places[place]);
                }
            std::copy(turn.begin(), turn.end(), to);
        }
}

} // namespace reslens::engine::winograd
