// Between NCHW and the layouts that kernels want: activations four channels to a texel, weights in blocks of outputs.
#pragma once

#include "nn/ops.h"
#include "tensor/tensor.h"

#include <span>
#include <vector>

namespace reslens::engine {

/// Writes `tensor` as packed texels (without the zero texel) to `out`: 4 * (packedTexels(shape) - 1) floats.
void packActivations(const Tensor &tensor, std::span<float> out);
/// The reverse; `packed` as above.
Tensor unpackActivations(std::span<const float> packed, Shape shape);

/// A convolution as conv2d.comp wants it.
struct PackedConvolution {
    nn::Conv2d op; // as packed: groups that do not fill whole quads are spelled out as one dense convolution
    int outQuads;  // quads of output channels per invocation: kOutQuads
    std::vector<float> weights, bias;

    int inQuadsPerGroup() const { return (op.channelsIn / op.groups + 3) / 4; }
    int outQuadsTotal() const { return (op.channelsOut + 3) / 4; }
    int outBlocks() const { return (outQuadsTotal() + outQuads - 1) / outQuads; }
    int outBlocksPerGroup() const { return outBlocks() / op.groups; }
};

/// `weights` is [K][C/groups][R][S]; output channel k is multiplied by scale[k] and bias[k] added (a folded batch
/// norm). In fp64, rounded once.
PackedConvolution packConvolution(const nn::Conv2d &op, std::span<const float> weights, std::span<const double> scale,
                                  std::span<const double> bias);

} // namespace reslens::engine
