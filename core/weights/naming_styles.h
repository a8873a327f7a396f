// How repositories name the tensors of a residual network, as a table, and where in a file such names stand.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reslens::weights {

struct NamePattern {
    std::string_view from, to;
};

/// In `from`, # stands for a number and * for the rest; in `to`, {2} is the second number and {2+1} one more.
struct NamingStyle {
    std::string_view name; // "transformers"
    std::span<const NamePattern> patterns;
    bool isTorchvision; // names that no pattern matches are torchvision's already
};

/// torchvision's name for `key`, which has no prefix any more; empty if it is not of that style.
std::optional<std::string> torchvisionName(const NamingStyle &style, std::string_view key);

/// A place in a file where a residual network's tensors stand.
struct NetworkPlace {
    std::string prefix; // of every key: "module.encoder_q."
    const NamingStyle *style;
    std::size_t keys; // with that prefix
};

/// Every place among `keys` where some style has the first block's first convolution, pruned or not. The first is the
/// one to use: weights in training before their averages, then the place with more keys.
std::vector<NetworkPlace> networksIn(std::span<const std::string> keys);

/// The same for a first convolution without a block: enough to say what a file lacks, but many networks have one.
std::vector<NetworkPlace> stemsIn(std::span<const std::string> keys);

/// True for "state_dict_ema" or "encoder_k": a moving average of weights, or a teacher that follows them.
bool isAverage(std::string_view path);

} // namespace reslens::weights
