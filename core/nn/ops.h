// The operations of a residual network, as data, and everything that follows from an operation alone: its window, the
// shape of its output, its parameters. All code visits the variant, so code that lacks an operation does not compile.
#pragma once

#include "tensor/tensor.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace reslens::nn {

/// The inputs that an operation reads along an axis: output i reads the inputs first(i) + tap * dilation for the taps 0
/// ... kernel - 1. Inputs beyond the edges are padding.
struct Window {
    int kernel = 1, stride = 1, padding = 0, dilation = 1;
    bool isCeil = false; // the last window may extend beyond the padding, if it begins before the end of the input

    /// The distance from the first tap to the last, both included.
    int reach() const { return (kernel - 1) * dilation + 1; }
    int first(int output) const { return output * stride - padding; }
    int outputSize(int extent) const
    {
        const int room = extent + 2 * padding - reach(), whole = room < 0 ? 0 : room / stride + 1;
        return whole + (isCeil && whole * stride < room + stride && first(whole) < extent);
    }
    bool isPointwise() const { return kernel == 1 && padding == 0; }
    bool operator==(const Window &) const = default;
};

struct Input {
    int channels;
};
/// y[n,k,p,q] = sum_{c,r,s} x[n,c,p*stride+r*dilation-padding,q*stride+s*dilation-padding] * w[k,c,r,s], + b[k] if it
/// has a bias; square kernel.
struct Conv2d {
    int channelsIn, channelsOut, kernel, stride = 1, padding = 0, groups = 1, dilation = 1;
    bool hasBias = false;

    Window window() const { return {kernel, stride, padding, dilation}; }
    int taps() const { return kernel * kernel; }
};
/// y = gamma * (x - mean) / sqrt(variance + eps) + beta per channel, with the running statistics (evaluation mode). It
/// also normalises the features of a linear layer (BatchNorm1d).
struct BatchNorm {
    int channels;
    float eps = 1e-5f;
};
struct Relu {};
/// What some networks have in the place of their ReLUs.
struct Activate {
    enum class Kind {
        Leaky, // x where x > 0, else slope * x
        Silu,  // x / (1 + exp(-x))
    };
    Kind kind;
    float slope = 0.01f; // PyTorch's default
};
/// u = alpha * s + beta * F. The inputs are s and F, in this order. `block` indexes Network::blocks.
struct Add {
    int block;
};
/// Padding counts as minus infinity, as in PyTorch.
struct MaxPool {
    int kernel, stride, padding;

    Window window() const { return {kernel, stride, padding}; }
};
/// y[n,c,p,q] = mean of the window, as in PyTorch: padding counts as zeros or not at all, and pixels beyond the padding
/// never count.
struct AveragePool {
    int kernel, stride, padding = 0;
    bool isCeil = false, countsPadding = true;

    Window window() const { return {kernel, stride, padding, 1, isCeil}; }
    /// The rows (or columns) that count in the window that begins at `first`; the axis has `extent`. The divisor is
    /// rows times columns.
    int counted(int first, int extent) const
    {
        return countsPadding ? std::min(first + kernel, extent + padding) - first
                             : std::min(first + kernel, extent) - std::max(first, 0);
    }
};
/// Anti-aliasing (Zhang 2019, arXiv 1904.11486): a binomial filter over pixels that are mirrored at the edges, without
/// repeating the edge itself. Of an even kernel, the padding behind is one larger.
struct BlurPool {
    int kernel, stride = 2;

    Window window() const { return {kernel, stride, (kernel - 1) / 2, 1, kernel % 2 == 0}; }
    /// The weights along an axis: binomial coefficients, whose sum is 1.
    std::vector<float> weights() const;
    /// The pixel of `extent` that stands at `place`, which may be beyond the edges.
    static int mirrored(int place, int extent);
    /// PyTorch refuses to mirror more pixels than there are; then nothing is left of the output.
    bool canMirror(int extent) const { return extent > kernel / 2; }
};
/// CIFAR's option A shortcut: every stride-th pixel, zero channels added in equal numbers before and after.
struct ZeroPadShortcut {
    int channelsIn, channelsOut, stride;

    Window window() const { return {1, stride}; }
    int channelsBefore() const { return (channelsOut - channelsIn) / 2; }
};
struct GlobalAveragePool {};
struct Linear {
    int featuresIn, featuresOut;
};
struct Softmax {};

using Op = std::variant<Input, Conv2d, BatchNorm, Relu, Activate, Add, MaxPool, AveragePool, BlurPool, ZeroPadShortcut,
                        GlobalAveragePool, Linear, Softmax>;

/// Handlers for std::visit, one for each operation. A missing one does not compile unless there is one for `auto`.
template <typename... Handlers>
struct Overloaded : Handlers... {
    using Handlers::operator()...;
};
template <typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

/// The operation's name for people: "conv 3x3/2", "batch norm", ...
std::string describe(const Op &op);

/// The window along an axis of `extent` inputs.
Window windowOf(const Op &op, int extent);
/// The shape of the output; `in` is the shape of the (first) input.
Shape outputShape(const Op &op, Shape in);
/// The multiply-adds of a convolution or linear layer; 0 for the rest, as published counts have it.
std::int64_t macsOf(const Op &op, Shape output);

/// A tensor that a network needs from a checkpoint.
struct ParameterSpec {
    std::string name;
    std::vector<std::int64_t> shape;
    bool isTrained; // false for running statistics
};
/// The parameters of `op`, whose layer is called `layer`.
std::vector<ParameterSpec> parametersOf(const Op &op, const std::string &layer);

} // namespace reslens::nn
