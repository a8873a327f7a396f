#include "weights/key_names.h"

#include "error/printable.h"

#include <algorithm>
#include <array>

namespace reslens::weights {

namespace {

constexpr std::string_view kWeight = "weight", kOriginal = "weight_orig", kMask = "weight_mask";

/// `key` with another ending.
std::string pairOf(std::string_view key, std::string_view ending, std::string_view other)
{
    return std::string(key.substr(0, key.size() - ending.size())) + std::string(other);
}

/// The product of a pruned weight and its mask, which torch.nn.utils.prune keeps side by side.
std::optional<StoredTensor> unpruned(const StoredTensor &weight, const StoredTensor &mask)
{
    if (weight.shape != mask.shape || !weight.isFloating())
        return std::nullopt;
    std::vector<float> values = weight.toFloats();
    const std::vector<float> factors = mask.toFloats();
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] *= factors[i];
    return storeFloats(weight.shape, std::move(values));
}

} // namespace

Result<KeyTranslation> KeyTranslation::of(const Checkpoint &checkpoint)
{
    KeyTranslation translation;
    translation.findNetwork(checkpoint);
    translation.findShortcutsWithoutPool(checkpoint);
    const std::int64_t features = translation.featuresOf(checkpoint);
    if (features == 0)
        return translation;
    const auto isTaken = [&](std::string_view key) {
        const std::string name = translation.torchvisionName(key);
        return name.starts_with("layer") || name.starts_with("conv1.") || name.starts_with("bn1.") ||
               translation.isOfAnother(key);
    };
    translation.m_head = TRY(findHead(checkpoint, {translation.m_prefix, features, isTaken}));
    const std::vector<std::string> &notes = translation.m_head.notes;
    translation.m_notes.insert(translation.m_notes.end(), notes.begin(), notes.end());
    return translation;
}

void KeyTranslation::findNetwork(const Checkpoint &checkpoint)
{
    std::vector<std::string> keys;
    for (const auto &[key, tensor] : checkpoint.tensors)
        keys.push_back(key);
    for (const auto &[key, what] : checkpoint.inertEntries)
        keys.push_back(key);
    const std::vector<NetworkPlace> places = networksIn(keys), stems = places.empty() ? stemsIn(keys) : places;
    if (stems.empty())
        return;
    const std::string wanted = checkpoint.network < checkpoint.networks.size()
                                   ? checkpoint.networks[checkpoint.network].prefix
                                   : stems.front().prefix;
    const auto chosen = std::ranges::find(stems, wanted, &NetworkPlace::prefix);
    m_prefix = chosen == stems.end() ? stems.front().prefix : chosen->prefix;
    m_style = chosen == stems.end() ? stems.front().style : chosen->style;
    for (const NetworkPlace &place : places)
        if (place.prefix != m_prefix)
            m_others.push_back(place.prefix);
}

/// ResNet-D's shortcuts are nn.Sequential(pool, conv, bn). Some write the first one, which keeps the size, without the
/// pool or without its place; the parts get the numbers that they have elsewhere.
void KeyTranslation::findShortcutsWithoutPool(const Checkpoint &checkpoint)
{
    constexpr std::string_view kFirst = "0.weight", kSecond = ".downsample.1.weight";
    bool hasPools = false;
    std::vector<std::string> without;
    for (const auto &[key, tensor] : checkpoint.tensors) {
        const std::string name = torchvisionName(key);
        if (tensor.shape.size() != 4 || !name.starts_with("layer"))
            continue;
        hasPools = hasPools || name.ends_with(kSecond); // of a blur pool's shortcut too
        if (name.ends_with(".downsample.0.weight"))
            without.push_back(name.substr(0, name.size() - kFirst.size()));
    }
    if (hasPools)
        m_withoutPool = std::move(without);
}

/// The outputs of the last stage, so the inputs of the head; 0 if there is no stage.
std::int64_t KeyTranslation::featuresOf(const Checkpoint &checkpoint) const
{
    std::map<std::string, std::int64_t> widths; // of the convolutions in the first block of each stage, by name
    for (const auto &[key, tensor] : checkpoint.tensors)
        if (const std::string name = torchvisionName(key);
            tensor.shape.size() == 4 && name.starts_with("layer") && name.find(".0.conv") != std::string::npos)
            widths[name] = tensor.shape[0];
    return widths.empty() ? 0 : widths.rbegin()->second;
}

bool KeyTranslation::isOfAnother(std::string_view key) const
{
    const auto isPrefix = [&](const std::string &other) { return !other.empty() && key.starts_with(other); };
    return (m_prefix.empty() || !key.starts_with(m_prefix)) && std::ranges::any_of(m_others, isPrefix);
}

std::string KeyTranslation::torchvisionName(std::string_view key) const
{
    if (!m_style)
        return std::string(key);
    for (std::size_t i = 0; i < m_head.keys.size(); ++i)
        if (const std::string &of = m_head.keys[i];
            !of.empty() && key.size() > of.size() && key.starts_with(of) && key[of.size()] == '.')
            return m_head.layers[i].name + std::string(key.substr(of.size()));
    for (const NormBeforeLinear &norm : m_head.norms)
        if (key.size() > norm.key.size() && key.starts_with(norm.key) && key[norm.key.size()] == '.')
            return norm.name + std::string(key.substr(norm.key.size()));
    if (!key.starts_with(m_prefix))
        return ":" + std::string(key);
    const std::string_view rest = key.substr(m_prefix.size());
    std::string name = weights::torchvisionName(*m_style, rest).value_or(std::string(rest));
    for (const std::string &shortcut : m_withoutPool)
        if (name.starts_with(shortcut))
            ++name[shortcut.size()]; // "0" or "1", one digit
    return name;
}

Result<NamedTensors> KeyTranslation::named(const Checkpoint &checkpoint) const
{
    NamedTensors tensors;
    for (const auto &[key, tensor] : checkpoint.tensors) {
        if (key.ends_with(kMask) && checkpoint.tensors.contains(pairOf(key, kMask, kOriginal)))
            continue;
        NamedTensor named{key, tensor};
        std::string name = torchvisionName(key);
        if (key.ends_with(kOriginal))
            if (const auto mask = checkpoint.tensors.find(pairOf(key, kOriginal, kMask));
                mask != checkpoint.tensors.end())
                if (auto product = unpruned(tensor, mask->second)) {
                    named.tensor = std::move(*product);
                    name = torchvisionName(pairOf(key, kOriginal, kWeight));
                }
        const auto [at, isNew] = tensors.try_emplace(std::move(name), std::move(named));
        if (!isNew)
            return fail(ErrorKind::Malformed, checkpoint.path,
                        inQuotes(at->second.key) + " and " + inQuotes(key) + " are both " + inQuotes(at->first));
    }
    return tensors;
}

} // namespace reslens::weights
