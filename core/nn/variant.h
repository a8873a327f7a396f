// Networks with the same tensors may compute different things. A variant says which of them it is.
#pragma once

#include "error/error.h"
#include "nn/network.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reslens::nn {

enum class StemPool { Max, None };
enum class StridePlace {
    Conv1, // a bottleneck's first 1x1: He's original, Caffe, Detectron ("v1")
    Conv2, // its 3x3: torchvision ("v1.5")
};

enum class BlockActivation { Relu, Silu, Leaky }; // in the stem and the blocks

struct Variant {
    std::optional<StemPool> pool;      // behind an ImageNet stem; Places365's wideresnet18 has none
    std::optional<StridePlace> stride; // of bottlenecks
    std::vector<int> dilated;          // stages, from 1, that keep their size and dilate their 3x3 convolutions instead
    std::optional<float> eps;          // of all batch norms
    std::optional<BlockActivation> activation;
    std::optional<bool> blurs; // timm's resnetblur, whose filters are not in the file; the network is built with it
    bool operator==(const Variant &) const = default;
};

/// From "pool=none,stride=conv1,dilate=3,4,eps=0.001"; "" is the empty variant. Errors: InvalidInput (names the key or
/// value, and what is known).
Result<Variant> variantFrom(std::string_view text);
/// `change` where it says something, else `variant`.
Variant merged(Variant variant, const Variant &change);
/// The inverse of variantFrom().
std::string textOf(const Variant &variant);

/// Changes the operations of `network`, whose layers and parameters stay the same. A stem without a pool has one of a
/// single pixel. Dilation is that of torchvision's replace_stride_with_dilation. Errors: InvalidInput (the network has
/// no such stage, pool or bottleneck).
Result<void> applyVariant(Network &network, const Variant &variant);

} // namespace reslens::nn
