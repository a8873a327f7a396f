#include "weights/naming_styles.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <tuple>

namespace reslens::weights {

namespace {

// torchvision, timm, Cadene, mmpretrain and torchreid; the CIFAR repositories (akamaster, kuangliu) call a downsample a
// shortcut.
constexpr NamePattern kTorchvision[] = {
    {"layer#.#.shortcut.*", "layer{1}.{2}.downsample.*"},
    {"layer#.#.conv#.0.filt", "layer{1}.{2}.blur.filt"}, // antialiased_cnns
    {"layer#.#.conv#.1.*", "layer{1}.{2}.conv{3}.*"},
    {"layer#.#.aa.filt", "layer{1}.{2}.blur.filt"}, // timm
    {"stem.7.*", "bn1.*"},                          // mmpretrain's ResNetV1c and V1d
    {"stem.#.*", "conv1.{1}.*"},
    {"stem.conv1.*", "conv1.*"},
    {"stem.bn1.*", "bn1.*"},
    {"layer0.conv1.*", "conv1.*"},
    {"layer0.bn1.*", "bn1.*"},
    {"layer0.0.*", "conv1.*"}, // nn.Sequential(conv1, bn1, relu, maxpool)
    {"layer0.1.*", "bn1.*"},
};

// ResNetForImageClassification counts from 0, torchvision from 1.
constexpr NamePattern kTransformers[] = {
    {"embedder.embedder.convolution.*", "conv1.*"},
    {"embedder.embedder.normalization.*", "bn1.*"},
    {"encoder.stages.#.layers.#.layer.#.convolution.*", "layer{1+1}.{2}.conv{3+1}.*"},
    {"encoder.stages.#.layers.#.layer.#.normalization.*", "layer{1+1}.{2}.bn{3+1}.*"},
    {"encoder.stages.#.layers.#.shortcut.convolution.*", "layer{1+1}.{2}.downsample.0.*"},
    {"encoder.stages.#.layers.#.shortcut.normalization.*", "layer{1+1}.{2}.downsample.1.*"},
};

// nn.Sequential(*network.children()) of torchvision's: conv1, bn1, relu, maxpool, layer1 to layer4.
constexpr NamePattern kChildren[] = {
    {"#.#.conv#.*", "layer{1-3}.{2}.conv{3}.*"},
    {"#.#.bn#.*", "layer{1-3}.{2}.bn{3}.*"},
    {"#.#.downsample.*", "layer{1-3}.{2}.downsample.*"},
    {"0.*", "conv1.*"},
    {"1.*", "bn1.*"},
};

// weiaicunzai's pytorch-cifar100
constexpr NamePattern kNumberedStages[] = {
    {"conv1.0.*", "conv1.*"},
    {"conv1.1.*", "bn1.*"},
    {"conv#_x.#.residual_function.0.*", "layer{1-1}.{2}.conv1.*"},
    {"conv#_x.#.residual_function.1.*", "layer{1-1}.{2}.bn1.*"},
    {"conv#_x.#.residual_function.3.*", "layer{1-1}.{2}.conv2.*"},
    {"conv#_x.#.residual_function.4.*", "layer{1-1}.{2}.bn2.*"},
    {"conv#_x.#.residual_function.6.*", "layer{1-1}.{2}.conv3.*"},
    {"conv#_x.#.residual_function.7.*", "layer{1-1}.{2}.bn3.*"},
    {"conv#_x.#.shortcut.*", "layer{1-1}.{2}.downsample.*"},
};

constexpr NamePattern kDetectron[] = {
    {"stem.conv1.norm.*", "bn1.*"},
    {"stem.conv1.*", "conv1.*"},
    {"res#.#.conv#.norm.*", "layer{1-1}.{2}.bn{3}.*"},
    {"res#.#.conv#.*", "layer{1-1}.{2}.conv{3}.*"},
    {"res#.#.shortcut.norm.*", "layer{1-1}.{2}.downsample.1.*"},
    {"res#.#.shortcut.*", "layer{1-1}.{2}.downsample.0.*"},
};

constexpr NamingStyle kStyles[] = {
    {"torchvision", kTorchvision, true},
    {"transformers", kTransformers, false},
    {"Sequential of children", kChildren, false},
    {"pytorch-cifar100", kNumberedStages, false},
    {"Detectron", kDetectron, false},
};

constexpr std::string_view kPruned = "_orig"; // torch.nn.utils.prune keeps "weight" under "weight_orig"

struct Match {
    std::vector<int> numbers;
    std::string_view rest;
};

std::optional<Match> match(std::string_view pattern, std::string_view key)
{
    constexpr std::size_t kMostDigits = 3;
    Match found;
    for (const char expected : pattern) {
        if (expected == '*') {
            found.rest = key;
            return key.empty() ? std::nullopt : std::optional(found);
        }
        if (expected != '#') {
            if (!key.starts_with(expected))
                return std::nullopt;
            key.remove_prefix(1);
            continue;
        }
        const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
        const auto digits = std::size_t(std::ranges::find_if_not(key, isDigit) - key.begin());
        if (digits == 0 || digits > kMostDigits || (digits > 1 && key[0] == '0'))
            return std::nullopt;
        std::from_chars(key.data(), key.data() + digits, found.numbers.emplace_back());
        key.remove_prefix(digits);
    }
    return key.empty() ? std::optional(found) : std::nullopt;
}

/// Fills {2} and {2-1} in; empty if that makes a number negative, or stage 0.
std::optional<std::string> filled(std::string_view to, const Match &match)
{
    std::string text;
    for (std::size_t i = 0; i < to.size(); ++i) {
        if (to[i] == '*') {
            text += match.rest;
        } else if (to[i] == '{') {
            int number = match.numbers[std::size_t(to[i + 1] - '1')];
            i += 2;
            if (to[i] != '}') {
                const int offset = to[i + 1] - '0';
                number += to[i] == '+' ? offset : -offset;
                if (number < 1)
                    return std::nullopt;
                i += 2;
            }
            text += std::to_string(number);
        } else {
            text += to[i];
        }
    }
    return text;
}

/// The places where `anchor` stands by some style.
std::vector<NetworkPlace> placesOf(std::string_view anchor, std::span<const std::string> keys)
{
    std::vector<NetworkPlace> places;
    for (const std::string_view key : keys) {
        const std::string_view name = key.substr(0, key.size() - (key.ends_with(kPruned) ? kPruned.size() : 0));
        std::size_t at = 0; // where a part of the name begins
        do {
            for (const NamingStyle &style : kStyles)
                // "0.weight" alone may be anybody's.
                if (torchvisionName(style, name.substr(at)) == anchor && name.find("conv", at) != name.npos)
                    places.push_back({std::string(name.substr(0, at)), &style, 0});
            at = name.find('.', at) + 1;
        } while (at > 0);
    }
    for (NetworkPlace &place : places)
        place.keys = std::size_t(
            std::ranges::count_if(keys, [&](const std::string &key) { return key.starts_with(place.prefix); }));
    std::ranges::stable_sort(places, {}, [](const NetworkPlace &place) {
        return std::tuple(isAverage(place.prefix), -std::ptrdiff_t(place.keys), place.prefix.size());
    });
    return places;
}

} // namespace

std::optional<std::string> torchvisionName(const NamingStyle &style, std::string_view key)
{
    for (const NamePattern &pattern : style.patterns)
        if (const auto found = match(pattern.from, key))
            if (auto name = filled(pattern.to, *found))
                return name;
    return style.isTorchvision ? std::optional(std::string(key)) : std::nullopt;
}

bool isAverage(std::string_view path)
{
    constexpr std::array<std::string_view, 8> kWords{"ema",     "teacher",  "momentum", "target",
                                                     "average", "averaged", "swa",      "k"};
    std::string word;
    for (std::size_t i = 0; i <= path.size(); ++i) {
        const char c = i < path.size() ? path[i] : '.';
        if (std::isalnum(static_cast<unsigned char>(c))) {
            word += char(std::tolower(static_cast<unsigned char>(c)));
            continue;
        }
        if (std::ranges::find(kWords, word) != kWords.end())
            return true;
        word.clear();
    }
    return false;
}

std::vector<NetworkPlace> networksIn(std::span<const std::string> keys)
{
    return placesOf("layer1.0.conv1.weight", keys);
}

std::vector<NetworkPlace> stemsIn(std::span<const std::string> keys)
{
    std::vector<NetworkPlace> places = placesOf("conv1.weight", keys);
    return places.empty() ? placesOf("conv1.0.weight", keys) : places;
}

} // namespace reslens::weights
