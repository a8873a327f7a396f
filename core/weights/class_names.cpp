#include "weights/class_names.h"

#include "weights/limits.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>

namespace reslens::weights {

namespace {

using nlohmann::json;

// torchvision's ImageFolder, transformers, mmpretrain, timm, fastai and others; the first of a dictionary is used.
constexpr std::array<std::string_view, 13> kKeys{
    "class_to_idx", "idx_to_class", "id2label",   "label2id", "classes", "CLASSES",     "class_names",
    "classnames",   "label_names",  "categories", "vocab",    "labels",  "class_labels"};
constexpr int kMaxDepth = 8;
constexpr std::size_t kMaxVisits = 100'000, kMaxNames = 1'000'000, kMaxLabelBytes = 4096;

using Numbered = std::vector<std::pair<std::int64_t, std::string>>;

/// The names by their numbers, which are all from 0 on. transformers writes LABEL_0 where nobody gave a name.
std::optional<std::vector<std::string>> inOrder(Numbered numbered)
{
    std::ranges::sort(numbered, {}, &Numbered::value_type::first);
    std::vector<std::string> names;
    bool areInvented = true;
    for (std::size_t i = 0; i < numbered.size(); ++i) {
        if (numbered[i].first != std::int64_t(i) || numbered[i].second.size() > kMaxLabelBytes)
            return std::nullopt;
        areInvented = areInvented && numbered[i].second == "LABEL_" + std::to_string(i);
        names.push_back(std::move(numbered[i].second));
    }
    return names.empty() || areInvented ? std::nullopt : std::optional(std::move(names));
}

std::optional<std::int64_t> numberIn(std::string_view text)
{
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

class Search {
public:
    explicit Search(const Pickle &pickle) : m_pickle(pickle) {}

    std::vector<ClassNames> run()
    {
        // Breadth first: the outermost names are those of the whole file.
        m_level.push_back({m_pickle.root, ""});
        for (int depth = 0; depth < kMaxDepth && !m_level.empty(); ++depth) {
            std::vector<Place> next;
            for (const Place &place : m_level)
                look(place, next);
            m_level = std::move(next);
        }
        return std::move(m_found);
    }

private:
    struct Place {
        PickleValue value;
        std::string path;
    };

    /// A dictionary, or the attributes of an object.
    const PickleNode *dictIn(const PickleValue &value) const
    {
        const PickleNode *object = m_pickle.node(value, PickleNode::Kind::Object);
        return m_pickle.node(object && object->items.size() > 2 ? object->items[2] : value, PickleNode::Kind::Dict);
    }

    void look(const Place &place, std::vector<Place> &next)
    {
        const PickleNode *dict = dictIn(place.value);
        if (!dict || !m_seen.insert(dict).second)
            return;
        const std::string before = place.path.empty() ? "" : place.path + ".";
        for (const std::string_view wanted : kKeys)
            for (std::size_t i = 0; i + 1 < dict->items.size(); i += 2)
                if (dict->items[i].isText() && m_pickle.text(dict->items[i]) == wanted)
                    if (auto names = namesOf(dict->items[i + 1]))
                        m_found.push_back({before + std::string(wanted), std::move(*names)});
        for (std::size_t i = 0; i + 1 < dict->items.size() && m_seen.size() + next.size() < kMaxVisits; i += 2)
            if (const PickleValue &key = dict->items[i];
                key.isText() && key.sizeBytes <= kMaxNameBytes && dictIn(dict->items[i + 1]))
                next.push_back({dict->items[i + 1], before + std::string(m_pickle.text(key))});
    }

    std::optional<std::vector<std::string>> namesOf(const PickleValue &value) const
    {
        Numbered numbered;
        if (const PickleNode *dict = m_pickle.node(value, PickleNode::Kind::Dict)) {
            for (std::size_t i = 0; i + 1 < dict->items.size(); i += 2)
                if (!addPair(numbered, dict->items[i], dict->items[i + 1]))
                    return std::nullopt;
            return inOrder(std::move(numbered));
        }
        const PickleNode *tuple = m_pickle.node(value, PickleNode::Kind::Tuple);
        const PickleNode *list = tuple ? tuple : m_pickle.node(value, PickleNode::Kind::List);
        for (std::size_t i = 0; list && i < list->items.size(); ++i) {
            if (!list->items[i].isText() || i >= kMaxNames)
                return std::nullopt;
            numbered.emplace_back(std::int64_t(i), m_pickle.text(list->items[i]));
        }
        return inOrder(std::move(numbered));
    }

    bool addPair(Numbered &numbered, const PickleValue &key, const PickleValue &value) const
    {
        if (numbered.size() >= kMaxNames)
            return false;
        if (key.isInt() && value.isText())
            numbered.emplace_back(key.payload, m_pickle.text(value));
        else if (key.isText() && value.isInt())
            numbered.emplace_back(value.payload, m_pickle.text(key));
        else if (const auto number = key.isText() && value.isText() ? numberIn(m_pickle.text(key)) : std::nullopt)
            numbered.emplace_back(*number, m_pickle.text(value));
        else
            return false;
        return true;
    }

    const Pickle &m_pickle;
    std::vector<Place> m_level;
    std::set<const PickleNode *> m_seen;
    std::vector<ClassNames> m_found;
};

std::optional<std::vector<std::string>> namesOf(const json &value)
{
    Numbered numbered;
    if (value.is_array()) {
        for (const json &item : value) {
            if (!item.is_string())
                return std::nullopt;
            numbered.emplace_back(std::int64_t(numbered.size()), item.get<std::string>());
        }
        return inOrder(std::move(numbered));
    }
    if (!value.is_object())
        return std::nullopt;
    for (const auto &[key, item] : value.items()) {
        const auto number = item.is_string() ? numberIn(key) : std::nullopt;
        if (item.is_number_integer())
            numbered.emplace_back(item.get<std::int64_t>(), key);
        else if (number)
            numbered.emplace_back(*number, item.get<std::string>());
        else
            return std::nullopt;
    }
    return inOrder(std::move(numbered));
}

} // namespace

std::vector<ClassNames> classNamesIn(const Pickle &pickle)
{
    return Search(pickle).run();
}

std::vector<ClassNames> classNamesIn(const json &object, const std::string &where)
{
    std::vector<ClassNames> found;
    if (!object.is_object())
        return found;
    for (const std::string_view key : kKeys)
        if (const auto value = object.find(key); value != object.end())
            if (auto names = namesOf(*value))
                found.push_back({where + std::string(key), std::move(*names)});
    return found;
}

std::vector<ClassNames> classNamesIn(const std::map<std::string, std::string> &metadata)
{
    constexpr std::size_t kMaxBytes = 1 << 20;
    constexpr int kFlat = 2;
    json object = json::object();
    for (const auto &[key, text] : metadata) {
        if (std::ranges::find(kKeys, key) == kKeys.end() || text.size() > kMaxBytes)
            continue;
        bool isDeep = false;
        const auto keepFlat = [&isDeep](int depth, json::parse_event_t, json &) {
            isDeep = isDeep || depth > kFlat;
            return !isDeep;
        };
        if (json value = json::parse(text, keepFlat, false); !isDeep && !value.is_discarded())
            object[key] = std::move(value);
    }
    return classNamesIn(object, "");
}

} // namespace reslens::weights
