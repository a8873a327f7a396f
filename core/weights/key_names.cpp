#include "weights/key_names.h"

#include "error/printable.h"

#include <array>
#include <charconv>
#include <optional>

namespace reslens::weights {

namespace {

constexpr std::array<std::string_view, 6> kPrefixes{"module.",  "model.",  "backbone.",
                                                    "encoder.", "resnet.", "_orig_mod."};

// These tensors identify a residual network behind any prefix.
constexpr std::string_view kTransformersStem = "embedder.embedder.convolution.weight";
constexpr std::array<std::string_view, 4> kAnchors{"conv1.weight", "conv1.0.weight", kTransformersStem,
                                                   "layer1.0.conv1.weight"};

/// Splits `head` into known prefixes; empty if that is impossible.
std::optional<std::vector<std::string_view>> prefixesIn(std::string_view head)
{
    std::vector<std::string_view> found;
    while (!head.empty()) {
        const std::size_t before = head.size();
        for (const std::string_view prefix : kPrefixes)
            if (head.starts_with(prefix)) {
                found.push_back(prefix);
                head.remove_prefix(prefix.size());
                break;
            }
        if (head.size() == before)
            return std::nullopt;
    }
    return found;
}

std::vector<std::string_view> split(std::string_view key)
{
    std::vector<std::string_view> parts;
    for (std::size_t dot = key.find('.'); dot != std::string_view::npos; dot = key.find('.')) {
        parts.push_back(key.substr(0, dot));
        key.remove_prefix(dot + 1);
    }
    parts.push_back(key);
    return parts;
}

/// "3" becomes "4": transformers counts from 0, torchvision from 1.
std::optional<std::string> next(std::string_view number)
{
    int value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (error != std::errc() || end != number.data() + number.size() || value < 0 || value > 999)
        return std::nullopt;
    return std::to_string(value + 1);
}

/// Translates a key of transformers' ResNetForImageClassification, without its prefix `resnet.`; empty if `key` is not
/// of that style.
std::optional<std::string> fromTransformers(std::string_view key)
{
    const std::vector<std::string_view> p = split(key);
    const std::string last(p.back());
    const std::string_view kind = p.size() >= 2 ? p[p.size() - 2] : std::string_view();
    const bool isConv = kind == "convolution", isNorm = kind == "normalization";
    if (p.size() == 3 && p[0] == "classifier" && p[1] == "1")
        return "fc." + last;
    if (!isConv && !isNorm)
        return std::nullopt;
    if (p.size() == 4 && p[0] == "embedder" && p[1] == "embedder")
        return (isConv ? "conv1." : "bn1.") + last;
    if (p.size() < 8 || p[0] != "encoder" || p[1] != "stages" || p[3] != "layers")
        return std::nullopt;
    const auto stage = next(p[2]);
    if (!stage)
        return std::nullopt;
    const std::string block = "layer" + *stage + "." + std::string(p[4]) + ".";
    if (p.size() == 8 && p[5] == "shortcut")
        return block + (isConv ? "downsample.0." : "downsample.1.") + last;
    const auto index = p.size() == 9 && p[5] == "layer" ? next(p[6]) : std::nullopt;
    if (!index)
        return std::nullopt;
    return block + (isConv ? "conv" : "bn") + *index + "." + last;
}

/// Translates a key of the CIFAR repositories (akamaster, kuangliu): `linear` is fc, `shortcut` is downsample.
std::string fromCifar(std::string_view key)
{
    constexpr std::string_view kLinear = "linear.", kShortcut = ".shortcut.";
    if (key.starts_with(kLinear))
        return "fc." + std::string(key.substr(kLinear.size()));
    const std::size_t at = key.find(kShortcut);
    if (!key.starts_with("layer") || at == std::string_view::npos)
        return std::string(key);
    return std::string(key.substr(0, at)) + ".downsample." + std::string(key.substr(at + kShortcut.size()));
}

} // namespace

KeyTranslation::KeyTranslation(const Checkpoint &checkpoint)
{
    std::optional<std::vector<std::string_view>> shortest;
    const auto consider = [&](std::string_view key) {
        for (const std::string_view anchor : kAnchors) {
            if (!key.ends_with(anchor))
                continue;
            auto found = prefixesIn(key.substr(0, key.size() - anchor.size()));
            if (!found || (shortest && found->size() >= shortest->size()))
                continue;
            shortest = std::move(found);
            m_isTransformers = anchor == kTransformersStem;
        }
    };
    for (const auto &[key, tensor] : checkpoint.tensors)
        consider(key);
    for (const auto &[key, what] : checkpoint.inertEntries)
        consider(key);
    m_prefixes = shortest.value_or(std::vector<std::string_view>());
}

std::string KeyTranslation::torchvisionName(std::string_view key) const
{
    // A head outside the backbone has only the first of the backbone's prefixes.
    for (const std::string_view prefix : m_prefixes)
        if (key.starts_with(prefix))
            key.remove_prefix(prefix.size());
    if (const auto name = m_isTransformers ? fromTransformers(key) : std::nullopt)
        return *name;
    return fromCifar(key);
}

Result<NamedTensors> KeyTranslation::named(const Checkpoint &checkpoint) const
{
    NamedTensors tensors;
    for (const auto &[key, tensor] : checkpoint.tensors) {
        const auto [at, isNew] = tensors.try_emplace(torchvisionName(key), NamedTensor{key, tensor});
        if (!isNew)
            return fail(ErrorKind::Malformed, checkpoint.path,
                        inQuotes(at->second.key) + " and " + inQuotes(key) + " are both " + inQuotes(at->first));
    }
    return tensors;
}

} // namespace reslens::weights
