#include "weights/torch_state_dict.h"

#include "weights/limits.h"
#include "weights/quotes.h"

#include <algorithm>
#include <array>

namespace reslens::weights {

namespace {

using NodeKind = PickleNode::Kind;

// In the order of preference: a file may hold the trained weights and their moving average.
constexpr std::array<std::string_view, 5> kWrappers{"state_dict", "model", "model_state_dict", "model_ema", "net"};
constexpr int kMaxWrappers = 4;

/// The last value stored under `key`, as in Python.
const PickleValue *entry(const Pickle &pickle, const PickleNode &dict, std::string_view key)
{
    const PickleValue *found = nullptr;
    for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2)
        if (dict.items[i].isText() && pickle.text(dict.items[i]) == key)
            found = &dict.items[i + 1];
    return found;
}

std::string keysOf(const Pickle &pickle, const PickleNode &dict)
{
    constexpr std::size_t kMaxShown = 8;
    std::string text;
    for (std::size_t i = 0; i + 1 < dict.items.size() && i < 2 * kMaxShown; i += 2)
        text += (i ? ", " : "") + (dict.items[i].isText() ? inQuotes(pickle.text(dict.items[i])) : "a number");
    return text.empty() ? "nothing" : dict.items.size() > 2 * kMaxShown ? text + ", …" : text;
}

bool hasTensor(const Pickle &pickle, const PickleNode &dict)
{
    for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2)
        if (pickle.node(dict.items[i + 1], NodeKind::Tensor))
            return true;
    return false;
}

struct Unwrapped {
    const PickleNode *dict;
    std::vector<std::string> notes;
};

/// Goes from the pickled object through its wrappers to the dictionary of tensors.
Result<Unwrapped> unwrap(const Pickle &pickle, const std::string &subject)
{
    PickleValue value = pickle.root;
    Unwrapped result{};
    for (int level = 0; level <= kMaxWrappers; ++level) {
        const PickleNode *dict = pickle.node(value, NodeKind::Dict);
        if (!dict)
            return fail(ErrorKind::Unsupported, subject,
                        "holds " + pickle.describe(value) +
                            " where a state dict is expected; in Python, save model.state_dict()");
        std::vector<std::string_view> present;
        for (const std::string_view wrapper : kWrappers)
            if (const PickleValue *inner = entry(pickle, *dict, wrapper); inner && pickle.node(*inner, NodeKind::Dict))
                present.push_back(wrapper);
        if (present.empty() && !hasTensor(pickle, *dict)) {
            for (const std::string_view wrapper : kWrappers)
                if (const PickleValue *inner = entry(pickle, *dict, wrapper))
                    return fail(ErrorKind::Unsupported, subject,
                                inQuotes(wrapper) + " is " + pickle.describe(*inner) +
                                    ", not a state dict; in Python, save model.state_dict()");
            return fail(ErrorKind::Unsupported, subject,
                        "holds no state dict: the dictionary in it has " + keysOf(pickle, *dict));
        }
        if (present.empty()) {
            result.dict = dict;
            return result;
        }
        for (std::size_t i = 1; i < present.size(); ++i)
            result.notes.push_back(inQuotes(present[0]) + " is used; the file also holds " + inQuotes(present[i]));
        value = *entry(pickle, *dict, present[0]);
    }
    return fail(ErrorKind::Unsupported, subject,
                "wraps its state dict more than " + std::to_string(kMaxWrappers) + " times");
}

/// Tensors may share bytes only if they share all of them (tied weights).
Result<void> checkAliases(const Checkpoint &checkpoint, const std::string &subject)
{
    using Entry = std::pair<const std::byte *, const std::pair<const std::string, StoredTensor> *>;
    std::vector<Entry> inOrder;
    for (const auto &named : checkpoint.tensors)
        if (!named.second.bytes.empty())
            inOrder.emplace_back(named.second.bytes.data(), &named);
    std::sort(inOrder.begin(), inOrder.end(), [](const Entry &a, const Entry &b) {
        return std::pair(a.first, a.second->second.bytes.size()) < std::pair(b.first, b.second->second.bytes.size());
    });
    for (std::size_t i = 1; i < inOrder.size(); ++i) {
        const auto &[nameA, a] = *inOrder[i - 1].second;
        const auto &[nameB, b] = *inOrder[i].second;
        const bool isAlias = a.bytes.data() == b.bytes.data() && a.bytes.size() == b.bytes.size();
        if (!isAlias && a.bytes.data() + a.bytes.size() > b.bytes.data())
            return fail(ErrorKind::Malformed, subject,
                        "tensors " + inQuotes(nameA) + " and " + inQuotes(nameB) + " overlap in part");
    }
    return {};
}

Result<void> addEntry(Checkpoint &checkpoint, const Pickle &pickle, const std::string &key, const PickleValue &value,
                      const FindStorage &find)
{
    const PickleNode *node = pickle.node(value, NodeKind::Tensor);
    if (!node) {
        checkpoint.inertEntries[key] = pickle.describe(value);
        return {};
    }
    auto tensor = torchTensor(pickle, *node, find, checkpoint.path, key);
    if (!tensor)
        return tl::unexpected(tensor.error());
    if (*tensor) {
        checkpoint.tensors[key] = std::move(**tensor);
        return {};
    }
    const PickleNode &storage = *pickle.node(node->items[0], NodeKind::Storage);
    checkpoint.inertEntries[key] = "a tensor in a " + torchStorage(pickle, storage).typeName;
    return {};
}

void noteForeignGlobals(Checkpoint &checkpoint, const Pickle &pickle)
{
    constexpr std::size_t kMaxNotes = 32;
    for (const ForeignGlobal &global : pickle.foreignGlobals) {
        checkpoint.foreignGlobals.push_back(global.name);
        if (checkpoint.foreignGlobals.size() <= kMaxNotes)
            checkpoint.notes.push_back("in Python this file would " +
                                       std::string(global.isCalled ? "call " : "import ") + global.name +
                                       "; here it stays inert");
    }
    if (checkpoint.foreignGlobals.size() > kMaxNotes)
        checkpoint.notes.push_back("in Python this file would load " +
                                   std::to_string(checkpoint.foreignGlobals.size() - kMaxNotes) +
                                   " further names; here they stay inert");
}

} // namespace

Result<Checkpoint> torchCheckpoint(const Pickle &pickle, const FindStorage &find, std::shared_ptr<const void> owner,
                                   const std::string &name)
{
    auto unwrapped = unwrap(pickle, name);
    if (!unwrapped)
        return tl::unexpected(unwrapped.error());
    Checkpoint checkpoint;
    checkpoint.path = name;
    checkpoint.notes = std::move(unwrapped->notes);
    noteForeignGlobals(checkpoint, pickle);
    const std::vector<PickleValue> &items = unwrapped->dict->items;
    for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
        if (!items[i].isText())
            return fail(ErrorKind::Malformed, name, "the state dict has a key that is " + pickle.describe(items[i]));
        const std::string key(pickle.text(items[i]));
        if (key.size() > kMaxNameBytes)
            return fail(ErrorKind::Limit, name,
                        "a tensor's name has " + std::to_string(key.size()) + " bytes; at most " +
                            std::to_string(kMaxNameBytes) + " are accepted");
        if (checkpoint.tensors.contains(key) || checkpoint.inertEntries.contains(key))
            return fail(ErrorKind::Malformed, name, "the state dict has the key " + inQuotes(key) + " twice");
        if (const auto added = addEntry(checkpoint, pickle, key, items[i + 1], find); !added)
            return tl::unexpected(added.error());
        if (checkpoint.tensors.size() + checkpoint.inertEntries.size() > kMaxTensors)
            return fail(ErrorKind::Limit, name,
                        "the state dict has more than " + std::to_string(kMaxTensors) + " entries");
    }
    for (auto &[key, tensor] : checkpoint.tensors)
        tensor.owner = owner;
    if (const auto checked = checkAliases(checkpoint, name); !checked)
        return tl::unexpected(checked.error());
    return checkpoint;
}

} // namespace reslens::weights
