// How a convolution of one shape, or its gradient, is run: the variants, and which one is likely the fastest.
#pragma once

#include "engine/packing.h"
#include "engine/team.h"
#include "engine/weight_format.h"

#include <optional>
#include <string>
#include <vector>

namespace reslens::engine {

/// All direct variants add the same numbers in the same order: where a device does not contract multiply-adds they give
/// the same bits. Winograd's differ by rounding.
struct KernelChoice {
    TeamKind team = TeamKind::Alone;
    int tile = 1;            // of an invocation: its pixels or, of a gradient of weights, its quads of inputs
    bool isWinograd = false; // engine/winograd.h

    bool operator==(const KernelChoice &) const = default;
};

/// What the time of a convolution depends on, given the device.
struct ConvolutionTask {
    std::string shader; // without a flavour
    const PackedConvolution &packed;
    Shape in, out; // of what the kernel reads and writes
    WeightFormat format = WeightFormat::Float32;

    /// "conv2d 3x3/1+1 64>64 g1 1x56x56", with fp16 weights " fp16" behind it: equal for tasks that take equally long.
    std::string key() const;
    ConvolutionTask ofOneImage() const;
    /// Pixels of one dispatch: a transposed convolution with a stride takes several.
    int pixelCount() const;
};

/// The same of the gradient of a convolution's weights.
struct WeightGradientTask {
    nn::Conv2d op;
    Shape in, out; // of the convolution

    std::string key() const;
};

/// The default first. `team`: only variants in such teams. The variants of a gradient of weights give the same bits
/// too.
std::vector<KernelChoice> candidates(const ConvolutionTask &task, const vulkan::DeviceFacts &device,
                                     std::optional<TeamKind> team = {});
std::vector<KernelChoice> candidates(const WeightGradientTask &task, const vulkan::DeviceFacts &device,
                                     std::optional<TeamKind> team = {});

} // namespace reslens::engine
