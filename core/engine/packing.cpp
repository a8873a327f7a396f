#include "engine/packing.h"

#include "interface.h"

#include <algorithm>

namespace reslens::engine {

namespace {

using shaders::kRun;

int quadsOf(int channels)
{
    return (channels + 3) / 4;
}

/// Groups can be computed separately only if each fills whole quads of inputs and outputs.
bool fillsQuads(const nn::Conv2d &op)
{
    return op.groups == 1 || (op.channelsIn / op.groups % 4 == 0 && op.channelsOut / op.groups % 4 == 0);
}

/// The same convolution with groups = 1: weights across groups are zero.
std::vector<float> spelledOut(const nn::Conv2d &op, std::span<const float> weights)
{
    const int C = op.channelsIn, K = op.channelsOut, RS = op.kernel * op.kernel;
    const int groupC = C / op.groups, groupK = K / op.groups;
    std::vector<float> dense(std::size_t(K) * C * RS, 0.0f);
    for (int k = 0; k < K; ++k)
        std::copy_n(weights.begin() + std::ptrdiff_t(k) * groupC * RS, groupC * RS,
                    dense.begin() + (std::ptrdiff_t(k) * C + std::ptrdiff_t(k / groupK) * groupC) * RS);
    return dense;
}

/// The quads of a group's channels for one invocation: up to `most`, a power of 2, never across a group.
int quadsPerInvocation(int groupChannels, int groups, int most)
{
    const int quads = quadsOf(groupChannels);
    int taken = most;
    while (taken > 1 && (groups == 1 ? taken >= 2 * quads : quads % taken != 0))
        taken /= 2;
    return taken;
}

// Limits the runs of kRun pixels in one invocation of conv2d_backward_weights.comp, because llvmpipe silently leaves a
// shader's loops after 65,535 turns.
constexpr int kMaxRuns = 16384;

int runsOf(int columns)
{
    return (columns + kRun - 1) / kRun;
}

/// The number of rows for a plane whose rows have no meaning: a run should not end in the middle.
int longRows(int rows, int columns)
{
    int joined = rows, width = columns;
    while (width % kRun != 0 && joined % 2 == 0)
        joined /= 2, width *= 2;
    if (width % kRun != 0) // all rows in one, so that only the last run is cut
        joined = 1, width = rows * columns;
    return runsOf(width) <= kMaxRuns ? joined : rows;
}

} // namespace

std::optional<nn::Conv2d> asConvolution(const nn::Op &op)
{
    if (const auto *linear = std::get_if<nn::Linear>(&op))
        return nn::Conv2d{linear->featuresIn, linear->featuresOut, 1};
    if (const auto *convolution = std::get_if<nn::Conv2d>(&op))
        return *convolution;
    return std::nullopt;
}

void packActivations(const Tensor &tensor, std::span<float> out)
{
    const auto [N, C, H, W] = tensor.shape;
    const std::size_t plane = tensor.shape.planeCount();
    std::fill(out.begin(), out.end(), 0.0f);
    for (int n = 0; n < N; ++n)
        for (int c = 0; c < C; ++c) {
            const float *from = tensor.values.data() + tensor.index(n, c, 0, 0);
            float *to = out.data() + (std::size_t(n) * quadsOf(C) + c / 4) * plane * 4 + c % 4;
            for (std::size_t i = 0; i < plane; ++i)
                to[i * 4] = from[i];
        }
}

Tensor unpackActivations(std::span<const float> packed, Shape shape)
{
    Tensor tensor(shape);
    const std::size_t plane = shape.planeCount();
    for (int n = 0; n < shape.n; ++n)
        for (int c = 0; c < shape.c; ++c) {
            const float *from = packed.data() + (std::size_t(n) * quadsOf(shape.c) + c / 4) * plane * 4 + c % 4;
            float *to = tensor.values.data() + tensor.index(n, c, 0, 0);
            for (std::size_t i = 0; i < plane; ++i)
                to[i] = from[i * 4];
        }
    return tensor;
}

PackedConvolution packedLayout(const nn::Conv2d &op)
{
    nn::Conv2d packed = op;
    const bool isSpelledOut = !fillsQuads(op);
    if (isSpelledOut)
        packed.groups = 1;
    return {packed, isSpelledOut, quadsPerInvocation(packed.channelsOut / packed.groups, packed.groups, 8)};
}

void packConvolution(const nn::Conv2d &op, std::span<const float> weights, std::span<const double> scale,
                     std::span<const double> bias, std::span<float> packedWeights, std::span<float> packedBias)
{
    const PackedConvolution layout = packedLayout(op);
    if (layout.isSpelledOut) {
        packConvolution(layout.op, spelledOut(op, weights), scale, bias, packedWeights, packedBias);
        return;
    }
    const int K = op.channelsOut, C = op.channelsIn / op.groups, RS = op.kernel * op.kernel;
    const int outLanes = 4 * layout.outQuads;
    for (int k = 0; k < int(packedBias.size()); ++k)
        packedBias[k] = k < K ? float(bias[k]) : 0.0f;
    // [block][tap][quad of c][quad of k in the block][lane of c][lane of k]
    const std::size_t nextK = std::size_t(C) * RS;
    float *to = packedWeights.data();
    for (int firstK = 0; firstK < layout.outBlocks() * outLanes; firstK += outLanes)
        for (int tap = 0; tap < RS; ++tap)
            for (int firstC = 0; firstC < 4 * layout.inQuadsPerGroup(); firstC += 4)
                for (int k = firstK; k < firstK + outLanes; k += 4)
                    for (int c = firstC; c < firstC + 4; ++c, to += 4) {
                        const float *from = weights.data() + (std::size_t(k) * C + c) * RS + tap;
                        const int filled = c < C ? std::clamp(K - k, 0, 4) : 0;
                        for (int lane = 0; lane < 4; ++lane)
                            to[lane] = lane < filled ? float(from[lane * nextK] * scale[k + lane]) : 0.0f;
                    }
}

nn::Conv2d transposed(const nn::Conv2d &op)
{
    nn::Conv2d exchanged = op;
    std::swap(exchanged.channelsIn, exchanged.channelsOut);
    return exchanged;
}

void packTransposed(const nn::Conv2d &op, std::span<const float> weights, std::span<const double> scale,
                    std::span<float> packedWeights, std::span<float> packedBias)
{
    const int C = op.channelsIn / op.groups, K = op.channelsOut / op.groups, RS = op.kernel * op.kernel;
    std::vector<float> exchanged(weights.size()); // [group][C][K][R*S] from [group][K][C][R*S]
    for (int k = 0; k < op.channelsOut; ++k)
        for (int c = 0; c < C; ++c) {
            const float *from = weights.data() + (std::size_t(k) * C + c) * RS;
            const std::size_t row = std::size_t(k / K) * C + c;
            for (int tap = 0; tap < RS; ++tap)
                exchanged[(row * K + k % K) * RS + tap] = float(from[tap] * scale[k]);
        }
    const std::vector<double> ones(op.channelsIn, 1.0), zeros(op.channelsIn, 0.0);
    packConvolution(transposed(op), exchanged, ones, zeros, packedWeights, packedBias);
}

WeightGradientLayout::WeightGradientLayout(const nn::Conv2d &convolution, Shape input, Shape output, int mostInQuads)
    : op(convolution), isSpelledOut(!fillsQuads(convolution)), inQuads(1), outQuads(1), x(input), gy(output), chunks(1)
{
    if (op.window() == nn::Window())
        x.h = gy.h = longRows(gy.h, gy.w), x.w = gy.w = int(output.planeCount()) / gy.h;
    constexpr int kWantedInvocations = 128, kMinPixels = 64;
    inQuads = quadsPerInvocation(op.channelsIn / groups(), groups(), kMostInQuads);
    outQuads = quadsPerInvocation(op.channelsOut / groups(), groups(), 8);
    const int rowsOfMost = std::max(kMaxRuns / runsOf(gy.w), 1), rowsOfLeast = (kMinPixels + gy.w - 1) / gy.w;
    const int fewest = (rows() + rowsOfMost - 1) / rowsOfMost, most = std::max(rows() / rowsOfLeast, fewest);
    chunks = std::clamp(kWantedInvocations / (outBlocks() * cells()), fewest, most);
    inQuads = std::min(inQuads, mostInQuads);
}

std::vector<double> unpackWeightGradient(const WeightGradientLayout &layout, std::span<const float> packed)
{
    const nn::Conv2d &op = layout.op;
    const int C = op.channelsIn / op.groups, groupK = op.channelsOut / op.groups, taps = op.kernel * op.kernel;
    const int inBlock = 4 * layout.inQuads, outBlock = 4 * layout.outQuads;
    const std::size_t chunkFloats = layout.floats() / layout.chunks;
    std::vector<double> gradient(std::size_t(op.channelsOut) * C * taps, 0.0);
    for (int k = 0; k < op.channelsOut; ++k)
        for (int c = 0; c < C; ++c) {
            const int column = layout.isSpelledOut ? k / groupK * C + c : c;
            for (int tap = 0; tap < taps; ++tap) {
                // [chunk][block of k][tap][block of c][lane of c][lane of k]
                const std::size_t cell =
                    (std::size_t(k / outBlock) * taps + tap) * layout.inBlocks() + column / inBlock;
                const std::size_t at = (cell * inBlock + column % inBlock) * outBlock + k % outBlock;
                double &sum = gradient[(std::size_t(k) * C + c) * taps + tap];
                for (int chunk = 0; chunk < layout.chunks; ++chunk)
                    sum += packed[chunk * chunkFloats + at];
            }
        }
    return gradient;
}

} // namespace reslens::engine
