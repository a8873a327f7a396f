// Convolutions of every kind in the networks, and of awkward sizes, to compare a fast one with the formula.
#pragma once

#include "nn/generated_parameters.h"
#include "nn/ops.h"
#include "tensor/tensor.h"

#include <cmath>

namespace reslens::test {

struct ConvCase {
    const char *name;
    Shape x;
    nn::Conv2d op; // channelsIn, channelsOut, kernel, stride, padding, groups, dilation
};

inline constexpr ConvCase kConvCases[] = {
    {"ImageNet stem", {1, 3, 64, 64}, {3, 64, 7, 2, 3}},
    {"ImageNet stem, odd size, batch 3", {3, 3, 37, 51}, {3, 64, 7, 2, 3}},
    {"CIFAR stem, batch 5", {5, 3, 32, 32}, {3, 16, 3, 1, 1}},
    {"1x1 widening", {1, 64, 14, 14}, {64, 256, 1}},
    {"1x1 narrowing, batch 3", {3, 256, 7, 7}, {256, 64, 1}},
    {"1x1 projection, stride 2", {1, 64, 14, 14}, {64, 128, 1, 2}},
    {"1x1 projection, stride 2, odd size", {2, 48, 15, 9}, {48, 96, 1, 2}},
    {"1x1 on one pixel", {2, 128, 1, 1}, {128, 64, 1}},
    {"3x3", {1, 32, 28, 28}, {32, 32, 3, 1, 1}},
    {"3x3, batch 3", {3, 16, 9, 11}, {16, 24, 3, 1, 1}},
    {"3x3 stride 2", {1, 32, 16, 16}, {32, 64, 3, 2, 1}},
    {"3x3 stride 2, odd size", {2, 32, 15, 13}, {32, 64, 3, 2, 1}},
    {"3x3 on 7x7, many channels", {1, 128, 7, 7}, {128, 128, 3, 1, 1}},
    {"3x3 on one pixel", {1, 64, 1, 1}, {64, 64, 3, 1, 1}},
    {"3x3 on 2x2", {2, 64, 2, 2}, {64, 64, 3, 1, 1}},
    {"3x3 without padding", {1, 8, 9, 9}, {8, 8, 3, 1, 0}},
    {"3x3, channels not a multiple of 4", {1, 5, 12, 10}, {5, 7, 3, 1, 1}},
    {"3x3, channels not a multiple of 4, stride 2", {2, 13, 11, 7}, {13, 18, 3, 2, 1}},
    {"1x1, channels not a multiple of 4", {1, 10, 6, 5}, {10, 3, 1}},
    {"5x5 stride 3", {1, 6, 14, 17}, {6, 9, 5, 3, 2}},
    {"32 groups of 4", {1, 128, 14, 14}, {128, 128, 3, 1, 1, 32}},
    {"32 groups of 4, stride 2", {2, 128, 14, 14}, {128, 128, 3, 2, 1, 32}},
    {"32 groups of 8", {1, 256, 7, 7}, {256, 256, 3, 1, 1, 32}},
    {"64 groups of 4, odd size", {1, 256, 7, 9}, {256, 256, 3, 1, 1, 64}},
    {"groups of 3 to 2", {2, 9, 8, 8}, {9, 6, 3, 1, 1, 3}},
    {"depthwise", {1, 12, 9, 9}, {12, 12, 3, 1, 1, 12}},
    {"3x3 dilation 2", {1, 32, 14, 14}, {32, 32, 3, 1, 2, 1, 2}},
    {"3x3 dilation 4, batch 2, channels not a multiple of 4", {2, 13, 11, 9}, {13, 18, 3, 1, 4, 1, 4}},
    {"3x3 dilation 2 stride 2", {1, 16, 15, 14}, {16, 24, 3, 2, 2, 1, 2}},
    {"3x3 dilation 3 stride 2, 4 groups of 8", {1, 32, 17, 12}, {32, 32, 3, 2, 3, 4, 3}},
    {"3x3 dilation 2 stride 3, depthwise", {1, 12, 13, 16}, {12, 12, 3, 3, 2, 12, 2}},
    {"1x1 dilation 2 stride 2", {1, 8, 9, 9}, {8, 8, 1, 2, 0, 1, 2}},
    {"one row", {1, 8, 1, 33}, {8, 8, 3, 1, 1}},
    {"one column, stride 2", {1, 8, 33, 1}, {8, 8, 3, 2, 1}},
};

/// Returns values in [-1, 1) that depend on `stream` alone.
inline Tensor generatedTensor(const char *stream, Shape shape)
{
    Tensor tensor(shape);
    for (std::size_t i = 0; i < tensor.values.size(); ++i)
        tensor.values[i] = nn::generatedUniform(nn::streamHash(stream), i);
    return tensor;
}

inline Tensor inputOf(const ConvCase &c)
{
    return generatedTensor("x", c.x);
}

/// Returns weights with the variance of He et al. 2015, so that outputs have the inputs' size.
inline Tensor weightsOf(const ConvCase &c)
{
    const int channels = c.op.channelsIn / c.op.groups;
    Tensor w = generatedTensor("w", {c.op.channelsOut, channels, c.op.kernel, c.op.kernel});
    const float spread = std::sqrt(6.0f / float(channels * c.op.kernel * c.op.kernel));
    for (float &value : w.values)
        value *= spread;
    return w;
}

} // namespace reslens::test
