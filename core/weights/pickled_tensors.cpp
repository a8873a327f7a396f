#include "weights/pickled_tensors.h"

#include "error/printable.h"
#include "weights/limits.h"
#include "weights/numpy_arrays.h"

#include <algorithm>
#include <array>
#include <set>

namespace reslens::weights {

namespace {

using Kind = PickleNode::Kind;

constexpr int kMaxLevels = 2 * kMaxPickleNesting; // a module's members take two levels
constexpr int kUnknown = -1;

class Walk {
public:
    Walk(const Pickle &pickle, const std::string &subject)
        : m_pickle(pickle), m_subject(subject), m_levels(pickle.nodes.size(), kUnknown)
    {
    }

    Result<std::vector<TensorDict>> run()
    {
        levels(m_pickle.root, 0);
        if (m_isTooDeep)
            return fail(ErrorKind::Limit, m_subject,
                        "pickle: nests deeper than " + std::to_string(kMaxLevels) + " levels");
        TRY(visit(m_pickle.root, ""));
        return std::move(m_found);
    }

private:
    const PickleNode *nodeOf(const PickleValue &value) const
    {
        return value.kind == PickleValue::Kind::Node ? &m_pickle.nodes[std::size_t(value.payload)] : nullptr;
    }

    bool isTensor(const PickleValue &value) const
    {
        return m_pickle.node(value, Kind::Tensor) || isNumpyArray(m_pickle, value);
    }

    /// True if there is a tensor anywhere in `value`.
    bool hasTensor(const PickleValue &value) { return levels(value, 0) > 0; }

    /// The levels of nesting from `value` down to its deepest tensor; 0 without a tensor. Each node is looked at once,
    /// also in a container that holds itself. A container that grew after it was put into another may be nested deeper
    /// than the pickle's reader knew.
    int levels(const PickleValue &value, int depth)
    {
        const PickleNode *node = nodeOf(value);
        if (!node || isTensor(value))
            return node ? 1 : 0;
        int &known = m_levels[std::size_t(value.payload)];
        if (known != kUnknown || depth > kMaxLevels) {
            m_isTooDeep = m_isTooDeep || known == kUnknown;
            return std::max(known, 0);
        }
        known = 0;
        int deepest = 0;
        for (const PickleValue &item : node->items)
            deepest = std::max(deepest, levels(item, depth + 1));
        m_levels[std::size_t(value.payload)] = deepest > 0 ? deepest + 1 : 0;
        m_isTooDeep = m_isTooDeep || deepest >= kMaxLevels;
        return deepest > 0 ? deepest + 1 : 0;
    }

    Result<void> count()
    {
        if (++m_visits > kMaxTensors * 4)
            return fail(ErrorKind::Limit, m_subject,
                        "holds more than " + std::to_string(kMaxTensors * 4) + " dictionaries, modules and tensors");
        return {};
    }

    Result<std::string> joined(const std::string &path, const PickleValue &key) const
    {
        if (!key.isText() && !key.isInt())
            return fail(ErrorKind::Malformed, m_subject,
                        "a dictionary that holds tensors has a key that is " + m_pickle.describe(key));
        std::string name = key.isText() ? std::string(m_pickle.text(key)) : std::to_string(key.payload);
        std::string whole = path.empty() ? std::move(name) : path + "." + name;
        if (whole.size() > kMaxNameBytes)
            return fail(ErrorKind::Limit, m_subject,
                        "a tensor's name has " + std::to_string(whole.size()) + " bytes; at most " +
                            std::to_string(kMaxNameBytes) + " are accepted");
        return whole;
    }

    /// Looks for dictionaries and modules within `value`, which stands at `path` of the object.
    Result<void> visit(const PickleValue &value, const std::string &path)
    {
        const PickleNode *node = nodeOf(value);
        if (!node || !hasTensor(value) || !m_open.insert(node).second)
            return {};
        TRY(count());
        if (node->kind == Kind::Object) {
            m_found.push_back({path, {}, {}, {}});
            TRY(gather(*node, "", m_found.size() - 1));
        } else if (node->kind == Kind::Dict) {
            TRY(visitDict(*node, path));
        } else {
            for (std::size_t i = 0; i < node->items.size(); ++i)
                TRY(visit(node->items[i], path.empty() ? std::to_string(i) : path + "." + std::to_string(i)));
        }
        m_open.erase(node);
        return {};
    }

    Result<void> visitDict(const PickleNode &dict, const std::string &path)
    {
        TensorDict found{path, {}, {}, {}};
        std::set<std::string, std::less<>> seen;
        std::string twice;
        for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
            const PickleValue &key = dict.items[i], &value = dict.items[i + 1];
            if (!key.isText() && !hasTensor(value))
                continue;
            const std::string name = TRY(joined("", key));
            if (!seen.insert(name).second)
                twice = name;
            TRY(count());
            (isTensor(value) ? found.tensors : found.others).emplace_back(name, value);
        }
        if (!found.tensors.empty() && !twice.empty())
            return fail(ErrorKind::Malformed, m_subject, "the state dict has the key " + inQuotes(twice) + " twice");
        if (!found.tensors.empty())
            m_found.push_back(std::move(found));
        for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2)
            if (!isTensor(dict.items[i + 1]) && hasTensor(dict.items[i + 1]))
                TRY(visit(dict.items[i + 1], TRY(joined(path, dict.items[i]))));
        return {};
    }

    /// Puts everything within an object or container into the dictionary of the outermost module.
    Result<void> gather(const PickleNode &node, const std::string &prefix, std::size_t into)
    {
        if (node.kind == Kind::Object) {
            noteModule(node, prefix, into);
            const PickleNode *state = node.items.size() > 2 ? nodeOf(node.items[2]) : nullptr;
            return state ? gatherState(*state, prefix, into) : Result<void>();
        }
        const bool isDict = node.kind == Kind::Dict;
        for (std::size_t i = isDict ? 1 : 0; i < node.items.size(); i += isDict ? 2 : 1) {
            const PickleValue key =
                isDict ? node.items[i - 1] : PickleValue{PickleValue::Kind::Int, 0, std::int64_t(i)};
            TRY(gatherMember(key, node.items[i], prefix, into));
        }
        return {};
    }

    /// What state_dict() names stands in three dictionaries, which the names do not mention; a module's other
    /// attributes are no part of it. Other objects may hold a module in any attribute.
    Result<void> gatherState(const PickleNode &state, const std::string &prefix, std::size_t into)
    {
        constexpr std::array<std::string_view, 3> kMembers{"_modules", "_parameters", "_buffers"};
        bool isModule = false;
        for (std::size_t i = 0; state.kind == Kind::Dict && i + 1 < state.items.size(); i += 2) {
            const PickleValue &key = state.items[i];
            const PickleNode *members = nodeOf(state.items[i + 1]);
            if (!members || !key.isText() || std::ranges::find(kMembers, m_pickle.text(key)) == kMembers.end())
                continue;
            isModule = true;
            if (m_open.insert(members).second) {
                TRY(gather(*members, prefix, into));
                m_open.erase(members);
            }
        }
        return isModule ? Result<void>() : gather(state, prefix, into);
    }

    Result<void> gatherMember(const PickleValue &key, const PickleValue &value, const std::string &prefix,
                              std::size_t into)
    {
        const PickleNode *inner = nodeOf(value);
        if (!inner || (inner->kind != Kind::Object && !hasTensor(value)) || !m_open.insert(inner).second)
            return {};
        TRY(count());
        const std::string name = TRY(joined(prefix, key));
        if (isTensor(value))
            m_found[into].tensors.emplace_back(name, value);
        else
            TRY(gather(*inner, name, into));
        m_open.erase(inner);
        return {};
    }

    /// A number, or a short tuple of numbers; empty for anything else.
    std::vector<double> numbersIn(const PickleValue &value) const
    {
        if (value.isInt() || value.kind == PickleValue::Kind::Bool)
            return {double(value.payload)};
        if (value.kind == PickleValue::Kind::Float)
            return {value.real()};
        const PickleNode *tuple = m_pickle.node(value, Kind::Tuple);
        std::vector<double> numbers;
        for (std::size_t i = 0; tuple && tuple->items.size() <= kMaxRank && i < tuple->items.size(); ++i) {
            if (!tuple->items[i].isInt())
                return {};
            numbers.push_back(double(tuple->items[i].payload));
        }
        return numbers;
    }

    void noteModule(const PickleNode &object, const std::string &name, std::size_t into)
    {
        const PickleNode *type = m_pickle.node(object.items[0], Kind::Global);
        const PickleNode *state = object.items.size() > 2 ? m_pickle.node(object.items[2], Kind::Dict) : nullptr;
        SavedModule module{type ? m_pickle.globalName(*type) : std::string(), {}, {}};
        for (std::size_t i = 0; state && i + 1 < state->items.size(); i += 2) {
            const PickleValue &key = state->items[i], &value = state->items[i + 1];
            std::vector<double> numbers = numbersIn(value);
            if (!key.isText() || key.sizeBytes > kMaxNameBytes)
                continue;
            if (value.isText() && value.sizeBytes <= kMaxNameBytes)
                module.words[std::string(m_pickle.text(key))] = m_pickle.text(value);
            if (!numbers.empty())
                module.attributes[std::string(m_pickle.text(key))] = std::move(numbers);
        }
        m_found[into].modules.emplace(name, std::move(module));
    }

    const Pickle &m_pickle;
    const std::string &m_subject;
    std::vector<int> m_levels; // by node
    bool m_isTooDeep = false;
    std::set<const PickleNode *> m_open; // being visited: a container may hold itself
    std::vector<TensorDict> m_found;
    std::size_t m_visits = 0;
};

} // namespace

Result<std::vector<TensorDict>> tensorDictsIn(const Pickle &pickle, const std::string &subject)
{
    return Walk(pickle, subject).run();
}

} // namespace reslens::weights
