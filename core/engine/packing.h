// Converts between NCHW and the layouts of the kernels: activations four channels to a texel, weights in blocks of
// outputs.
#pragma once

#include "nn/ops.h"
#include "tensor/tensor.h"

#include <optional>
#include <span>
#include <vector>

namespace reslens::engine {

inline constexpr std::size_t kTexelBytes = 4 * sizeof(float);

/// The format of weights on a device. Activations, gradients and all sums are fp32 in both formats, because the numbers
/// that the program shows must add up.
enum class WeightFormat {
    Float32,
    Float16, // half the memory; each folded weight is rounded to 11 significant bits
};

constexpr std::size_t bytesOf(WeightFormat format)
{
    return format == WeightFormat::Float16 ? 2 : 4;
}

/// `op` as a convolution; a linear layer is a 1x1 convolution on one pixel. Empty for operations without weights.
std::optional<nn::Conv2d> asConvolution(const nn::Op &op);

/// Writes `tensor` as packed texels (without the zero texel) to `out`: 4 * (packedTexels(shape) - 1) floats.
void packActivations(const Tensor &tensor, std::span<float> out);
/// The reverse; `packed` as above.
Tensor unpackActivations(std::span<const float> packed, Shape shape);

/// The layout of a convolution for conv2d.comp.
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

/// The layout of packed `op`, without the values.
PackedConvolution packedLayout(const nn::Conv2d &op);

/// `weights` is [K][C/groups][R][S]. Output channel k is multiplied by scale[k], and bias[k] is added (a folded batch
/// norm). Computed in fp64 and rounded once. Writes weightFloats() and biasFloats() of `op`'s layout. Each float is
/// written once, in order, and never read, because device memory may be slow to read.
void packConvolution(const nn::Conv2d &op, std::span<const float> weights, std::span<const double> scale,
                     std::span<const double> bias, std::span<float> packedWeights, std::span<float> packedBias);

/// The same weights for the backward direction: from the gradient of `op`'s output to the gradient of its input. The
/// layout is that of transposed(op); the bias is zero.
void packTransposed(const nn::Conv2d &op, std::span<const float> weights, std::span<const double> scale,
                    std::span<float> packedWeights, std::span<float> packedBias);
/// The convolution that packTransposed() packs: `op` with its channels exchanged.
nn::Conv2d transposed(const nn::Conv2d &op);

/// The way in which conv2d_backward_weights.comp cuts and stores the gradient of a convolution's weights.
struct WeightGradientLayout {
    nn::Conv2d op;         // as given
    bool isSpelledOut;     // groups that do not fill whole quads are computed as one dense convolution
    int inQuads, outQuads; // per invocation: kInQuads, kOutQuads
    Shape x, gy; // the shapes as the kernel sees them; a 1x1 convolution can use any rows, so it gets long ones
    int chunks;  // shares of gy's rows, summed when read

    static constexpr int kMostInQuads = 2;

    /// The layout for the convolution from `input` to `output`, with at most `mostInQuads` quads of inputs, and no more
    /// than a group has. The chunks do not depend on that number, so the sums have the same bits.
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
