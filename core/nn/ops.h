// The operations of a residual network, as data. Back ends visit the variant, so a missing one does not compile.
#pragma once

#include <string>
#include <variant>

namespace reslens::nn {

struct Input {
    int channels;
};
/// y[n,k,p,q] = sum_{c,r,s} x[n,c,p*stride+r-padding,q*stride+s-padding] * w[k,c,r,s]; no bias; square kernel.
struct Conv2d {
    int channelsIn, channelsOut, kernel, stride = 1, padding = 0, groups = 1;
};
/// y = gamma * (x - mean) / sqrt(variance + eps) + beta per channel, with the running statistics (evaluation mode).
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
};
/// CIFAR's option A shortcut: every stride-th pixel, zero channels added in equal numbers before and after.
struct ZeroPadShortcut {
    int channelsIn, channelsOut, stride;
};
struct GlobalAveragePool {};
struct Linear {
    int featuresIn, featuresOut;
};
struct Softmax {};

using Op =
    std::variant<Input, Conv2d, BatchNorm, Relu, Add, MaxPool, ZeroPadShortcut, GlobalAveragePool, Linear, Softmax>;

/// The operation's name as a person reads it: "conv 3x3/2", "batch norm", ...
std::string describe(const Op &op);

} // namespace reslens::nn
