// The operations of a residual network, as data, and what follows from an operation alone: its window, the shape of its
// output, its parameters. Everything visits the variant, so a missing one does not compile.
#pragma once

#include "tensor/tensor.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace reslens::nn {

/// What an operation sees of its input along an axis: output i sees the inputs first(i) + tap * dilation for the taps
/// 0 ... kernel - 1. Inputs beyond the edges are padding.
struct Window {
    int kernel = 1, stride = 1, padding = 0, dilation = 1;
    bool isCeil = false; // the last window may reach beyond the padding, if it begins before it

    /// From the first tap to the last.
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
/// y = gamma * (x - mean) / sqrt(variance + eps) + beta per channel, with the running statistics (evaluation mode); of
/// the features of a linear layer too (BatchNorm1d).
struct BatchNorm {
    int channels;
    float eps = 1e-5f;
};
struct Relu {};
/// u = alpha * s + beta * F. Inputs in this order: s, F. `block` indexes Network::blocks.
struct Add {
    int block;
};
/// Padding counts as minus infinity, as in PyTorch.
struct MaxPool {
    int kernel, stride, padding;

    Window window() const { return {kernel, stride, padding}; }
};
/// y[n,c,p,q] = mean of the window, as PyTorch has it: padding counts as zeros or not at all, what lies beyond the
/// padding never counts.
struct AveragePool {
    int kernel, stride, padding = 0;
    bool isCeil = false, countsPadding = true;

    Window window() const { return {kernel, stride, padding, 1, isCeil}; }
    /// How many rows (or columns) the window from `first` on counts, of `extent`; the divisor is rows times columns.
    int counted(int first, int extent) const
    {
        return countsPadding ? std::min(first + kernel, extent + padding) - first
                             : std::min(first + kernel, extent) - std::max(first, 0);
    }
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

using Op = std::variant<Input, Conv2d, BatchNorm, Relu, Add, MaxPool, AveragePool, ZeroPadShortcut, GlobalAveragePool,
                        Linear, Softmax>;

/// std::visit's handlers, one for each operation; a missing one does not compile unless there is one for `auto`.
template <typename... Handlers>
struct Overloaded : Handlers... {
    using Handlers::operator()...;
};
template <typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

/// The operation's name as a person reads it: "conv 3x3/2", "batch norm", ...
std::string describe(const Op &op);

/// Along an axis of `extent` inputs.
Window windowOf(const Op &op, int extent);
/// Of the output, for an (first) input of shape `in`.
Shape outputShape(const Op &op, Shape in);
/// The multiply-adds (convolution and linear; 0 for the rest, as they are published).
std::int64_t macsOf(const Op &op, Shape output);

/// A tensor that a network needs from a checkpoint.
struct ParameterSpec {
    std::string name;
    std::vector<std::int64_t> shape;
    bool isTrained; // false for running statistics
};
/// Those of `op`, whose layer is called `layer`.
std::vector<ParameterSpec> parametersOf(const Op &op, const std::string &layer);

} // namespace reslens::nn
