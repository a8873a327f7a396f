// Between NCHW and the layouts that kernels want: activations four channels to a texel, weights in blocks of outputs.
#pragma once

#include "nn/ops.h"
#include "tensor/tensor.h"

#include <optional>
#include <span>
#include <vector>

namespace reslens::engine {

inline constexpr std::size_t kTexelBytes = 4 * sizeof(float);

/// How weights are stored on a device. Activations, gradients and all sums are fp32 either way: what the program shows
/// must add up.
enum class WeightFormat {
    Float32,
    Float16, // half the memory; each weight, after its batch norm was folded in, is rounded to 11 significant bits
};

constexpr std::size_t bytesOf(WeightFormat format)
{
    return format == WeightFormat::Float16 ? 2 : 4;
}

/// The convolution that `op` is: a linear layer is one of 1x1 on one pixel. Nothing for operations without weights.
std::optional<nn::Conv2d> asConvolution(const nn::Op &op);

/// Writes `tensor` as packed texels (without the zero texel) to `out`: 4 * (packedTexels(shape) - 1) floats.
void packActivations(const Tensor &tensor, std::span<float> out);
/// The reverse; `packed` as above.
Tensor unpackActivations(std::span<const float> packed, Shape shape);

/// A convolution as conv2d.comp wants it.
struct PackedConvolution {
    nn::Conv2d op;     // as packed
    bool isSpelledOut; // groups that do not fill whole quads are packed as one dense convolution
    int outQuads;      // quads of output channels per invocation: kOutQuads, up to 8

    int inQuadsPerGroup() const { return (op.channelsIn / op.groups + 3) / 4; }
    int outQuadsTotal() const { return (op.channelsOut + 3) / 4; }
    int outBlocks() const { return (outQuadsTotal() + outQuads - 1) / outQuads; }
    int outBlocksPerGroup() const { return outBlocks() / op.groups; }
    std::size_t weightFloats() const
    {
        return std::size_t(outBlocks()) * op.kernel * op.kernel * inQuadsPerGroup() * 4 * outQuads * 4;
    }
    std::size_t biasFloats() const { return std::size_t(outBlocks()) * outQuads * 4; }
};

/// How `op` is packed: everything but the values.
PackedConvolution packedLayout(const nn::Conv2d &op);

/// `weights` is [K][C/groups][R][S]; output channel k is multiplied by scale[k] and bias[k] added (a folded batch
/// norm). In fp64, rounded once. What is written has the weightFloats() and biasFloats() of `op`'s layout; each is
/// written once, in its order, and never read, as device memory wants it.
void packConvolution(const nn::Conv2d &op, std::span<const float> weights, std::span<const double> scale,
                     std::span<const double> bias, std::span<float> packedWeights, std::span<float> packedBias);

/// The same weights read the other way: from the gradient of `op`'s output to that of its input. The layout is that of
/// transposed(op); the bias is zero.
void packTransposed(const nn::Conv2d &op, std::span<const float> weights, std::span<const double> scale,
                    std::span<float> packedWeights, std::span<float> packedBias);
/// The convolution that packTransposed() packs: `op` with its channels exchanged.
nn::Conv2d transposed(const nn::Conv2d &op);

/// How conv2d_backward_weights.comp cuts and stores the gradient of a convolution's weights.
struct WeightGradientLayout {
    nn::Conv2d op;         // as given
    bool isSpelledOut;     // groups that do not fill whole quads are computed as one dense convolution
    int inQuads, outQuads; // of one invocation: kInQuads, kOutQuads
    Shape x, gy;           // as the kernel goes along them: of a 1x1 convolution any rows will do, so it gets long ones
    int chunks;            // shares of gy's rows, summed when read

    static constexpr int kMostInQuads = 2;

    /// Of the convolution from `input` to `output`, with as many of `mostInQuads` as its groups have. The shares do not
    /// depend on them, so that the sums have the same bits.
    WeightGradientLayout(const nn::Conv2d &convolution, Shape input, Shape output, int mostInQuads = kMostInQuads);
    int groups() const { return isSpelledOut ? 1 : op.groups; }
    int inQuadsPerGroup() const { return (op.channelsIn / groups() + 3) / 4; }
    int outQuadsTotal() const { return (op.channelsOut + 3) / 4; }
    int inBlocks() const { return (inQuadsPerGroup() + inQuads - 1) / inQuads; }
    int outBlocks() const { return (outQuadsTotal() + outQuads - 1) / outQuads; }
    int outBlocksPerGroup() const { return outBlocks() / groups(); }
    int cells() const { return op.kernel * op.kernel * inBlocks(); }
    int rows() const { return gy.n * gy.h; }
    std::size_t floats() const { return std::size_t(chunks) * outBlocks() * cells() * inQuads * 4 * outQuads * 4; }
};

/// [K][C/groups][R][S] in double precision, chunks summed in order.
std::vector<double> unpackWeightGradient(const WeightGradientLayout &layout, std::span<const float> packed);

} // namespace reslens::engine
