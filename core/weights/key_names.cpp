#include "weights/key_names.h"

#include "error/printable.h"

#include <algorithm>
#include <array>

namespace reslens::weights {

namespace {

constexpr std::string_view kWeight = "weight", kOriginal = "weight_orig", kMask = "weight_mask";

// Parts of a head's name, without the numbers of an nn.Sequential; the first that a file has is the head.
constexpr std::array<std::string_view, 9> kHeads{"fc",          "linear", "classifier", "head",  "last_linear",
                                                 "classifiers", "logits", "cls",        "output"};

bool isNumber(std::string_view part)
{
    return !part.empty() && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
}

/// True for "fc.", "classifier.1." and "head.fc.".
bool isHeadName(std::string_view name)
{
    bool isFirst = true;
    while (!name.empty()) {
        const std::size_t dot = name.find('.');
        const std::string_view part = name.substr(0, dot);
        if (std::ranges::find(kHeads, part) == kHeads.end() && (isFirst || !isNumber(part)))
            return false;
        isFirst = false;
        name.remove_prefix(dot == std::string_view::npos ? name.size() : dot + 1);
    }
    return !isFirst;
}

/// "model.backbone." becomes "model.", which becomes "".
std::string parentOf(std::string_view prefix)
{
    prefix.remove_suffix(prefix.empty() ? 0 : 1);
    const std::size_t dot = prefix.rfind('.');
    return std::string(dot == std::string_view::npos ? std::string_view() : prefix.substr(0, dot + 1));
}

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

KeyTranslation::KeyTranslation(const Checkpoint &checkpoint)
{
    std::vector<std::string> keys;
    for (const auto &[key, tensor] : checkpoint.tensors)
        keys.push_back(key);
    for (const auto &[key, what] : checkpoint.inertEntries)
        keys.push_back(key);
    const std::vector<NetworkPlace> places = networksIn(keys), stems = places.empty() ? stemsIn(keys) : places;
    if (stems.empty())
        return;
    m_prefix = stems.front().prefix;
    m_style = stems.front().style;
    for (const NetworkPlace &place : places)
        if (place.prefix != m_prefix) {
            m_others.push_back(place.prefix);
            m_notes.push_back("the network under " + inQuotes(m_prefix) + " is used; the file also holds one under " +
                              inQuotes(place.prefix));
        }
    findHead(checkpoint);
}

/// The head is a matrix. Its name is one of a head, and its rows are as long as the features. It stands in the network
/// or beside it.
void KeyTranslation::findHead(const Checkpoint &checkpoint)
{
    std::map<std::string, std::int64_t> widths; // of the convolutions in the first block of each stage, by name
    for (const auto &[key, tensor] : checkpoint.tensors)
        if (const std::string name = torchvisionName(key);
            tensor.shape.size() == 4 && name.starts_with("layer") && name.find(".0.conv") != std::string::npos)
            widths[name] = tensor.shape[0];
    if (widths.empty())
        return;
    const std::int64_t features = widths.rbegin()->second;
    for (std::string root = m_prefix;; root = parentOf(root)) {
        std::ptrdiff_t rank = std::ssize(kHeads);
        for (const auto &[key, tensor] : checkpoint.tensors) {
            if (!key.starts_with(root) || !key.ends_with(kWeight) || tensor.shape.size() != 2)
                continue;
            const std::string name = key.substr(0, key.size() - kWeight.size());
            const std::string_view rest = std::string_view(name).substr(root.size());
            const auto found = std::ranges::find(kHeads, rest.substr(0, rest.find('.')));
            if (tensor.shape[1] != features || !isHeadName(rest) || found - kHeads.begin() >= rank)
                continue;
            rank = found - kHeads.begin();
            m_head = name;
        }
        if (root.empty() || !m_head.empty())
            return;
    }
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
    if (!m_head.empty() && key.starts_with(m_head))
        return "fc." + std::string(key.substr(m_head.size()));
    if (!key.starts_with(m_prefix))
        return ":" + std::string(key);
    const std::string_view rest = key.substr(m_prefix.size());
    return weights::torchvisionName(*m_style, rest).value_or(std::string(rest));
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
