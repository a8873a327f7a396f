#include "weights/pickle_machine.h"

#include "error/printable.h"
#include "weights/limits.h"

#include <algorithm>

namespace reslens::weights {

using NodeKind = PickleNode::Kind;

PickleMachine::PickleMachine(Bytes available, std::uint64_t start, std::string subject, std::uint64_t limit)
    : m_reader(available.first(std::min<std::uint64_t>(available.size(), limit))), m_limit(limit),
      m_isCut(available.size() > limit), m_subject(std::move(subject))
{
    m_pickle.bytes = available.first(std::min<std::uint64_t>(available.size(), limit));
    m_pickle.start = start;
}

Result<Pickle> PickleMachine::run()
{
    while (!m_isFinished)
        if (!step())
            return tl::unexpected(*m_error);
    m_pickle.bytes = m_pickle.bytes.first(m_reader.position());
    return std::move(m_pickle);
}

bool PickleMachine::stop(ErrorKind kind, std::string problem)
{
    m_error = Error{kind, m_subject, "pickle: " + std::move(problem), m_pickle.start + m_opcodeAt};
    return false;
}

bool PickleMachine::truncated()
{
    if (m_isCut)
        return stop(ErrorKind::Limit, "is larger than " + std::to_string(m_limit) + " bytes");
    return stop(ErrorKind::Malformed, "ends before its STOP opcode");
}

/// No opcode and no argument crosses the end of a frame. Python's two unpicklers and others read such a pickle in ways
/// that differ, so that one could run what another takes for text.
bool PickleMachine::leaveFrame()
{
    if (!m_frameEnd || m_reader.position() < *m_frameEnd)
        return !m_frameEnd || !m_isFinished ||
               stop(ErrorKind::Malformed, "has a STOP opcode before the end of its frame");
    if (m_reader.position() > *m_frameEnd)
        return stop(ErrorKind::Malformed, "has an opcode that crosses the end of its frame");
    m_frameEnd.reset();
    return true;
}

bool PickleMachine::push(PickleValue value)
{
    if (m_stack.size() >= kMaxPickleStack)
        return stop(ErrorKind::Limit, "the stack holds more than " + std::to_string(kMaxPickleStack) + " values");
    m_stack.push_back(value);
    return true;
}

std::optional<PickleValue> PickleMachine::take()
{
    if (m_stack.size() <= (m_marks.empty() ? 0 : m_marks.back())) {
        stop(ErrorKind::Malformed, "takes a value from an empty stack");
        return std::nullopt;
    }
    const PickleValue value = m_stack.back();
    m_stack.pop_back();
    return value;
}

std::optional<std::vector<PickleValue>> PickleMachine::takeSinceMark()
{
    if (m_marks.empty()) {
        stop(ErrorKind::Malformed, "needs a mark and there is none");
        return std::nullopt;
    }
    const auto first = m_stack.begin() + std::ptrdiff_t(m_marks.back());
    std::vector<PickleValue> items(first, m_stack.end());
    m_stack.erase(first, m_stack.end());
    m_marks.pop_back();
    return items;
}

/// Puts `items` into `node`, within the limits of nesting depth and number of items.
bool PickleMachine::deepen(PickleNode &node, const std::vector<PickleValue> &items)
{
    int depth = node.depth;
    for (const PickleValue &item : items)
        if (item.kind == Kind::Node)
            depth = std::max(depth, m_pickle.nodes[std::size_t(item.payload)].depth + 1);
    if (depth > kMaxPickleNesting)
        return stop(ErrorKind::Limit, "nests deeper than " + std::to_string(kMaxPickleNesting) + " levels");
    node.depth = std::uint8_t(depth);
    m_itemCount += items.size();
    return m_itemCount <= kMaxPickleItems ||
           stop(ErrorKind::Limit, "holds more than " + std::to_string(kMaxPickleItems) + " items");
}

bool PickleMachine::pushNode(NodeKind kind, std::vector<PickleValue> items)
{
    if (m_pickle.nodes.size() >= kMaxPickleNodes)
        return stop(ErrorKind::Limit, "builds more than " + std::to_string(kMaxPickleNodes) + " objects");
    PickleNode node{kind, KnownGlobal::None, 1, {}};
    if (!deepen(node, items))
        return false;
    node.items = std::move(items);
    m_pickle.nodes.push_back(std::move(node));
    return push({Kind::Node, 0, std::int64_t(m_pickle.nodes.size() - 1)});
}

/// Does the same as Python's append, update or add; it has no effect on an inert object.
bool PickleMachine::extend(PickleValue target, std::vector<PickleValue> items, NodeKind wanted)
{
    if (target.kind != Kind::Node)
        return stop(ErrorKind::Malformed, "adds items to " + m_pickle.describe(target));
    PickleNode &node = m_pickle.nodes[std::size_t(target.payload)];
    if (node.kind == NodeKind::Object)
        return true;
    if (node.kind != wanted)
        return stop(ErrorKind::Malformed, "adds items of another kind to " + m_pickle.describe(target));
    if (!deepen(node, items))
        return false;
    node.items.insert(node.items.end(), items.begin(), items.end());
    return true;
}

bool PickleMachine::pushGlobal(PickleValue module, PickleValue name)
{
    if (!module.isText() || !name.isText())
        return stop(ErrorKind::Malformed, "names a global by something that is not text");
    if (module.sizeBytes > kMaxNameBytes || name.sizeBytes > kMaxNameBytes)
        return stop(ErrorKind::Limit, "a global's name has more than " + std::to_string(kMaxNameBytes) + " bytes");
    if (!pushNode(NodeKind::Global, {module, name}))
        return false;
    PickleNode &node = m_pickle.nodes.back();
    node.known = knownGlobal(m_pickle.text(module), m_pickle.text(name));
    if (node.known == KnownGlobal::None)
        m_pickle.foreignGlobals.add(m_pickle.globalName(node), false);
    return true;
}

bool PickleMachine::inertCall(PickleValue callable, PickleValue arguments)
{
    const PickleNode *global = m_pickle.node(callable, NodeKind::Global);
    if (global && global->known == KnownGlobal::None)
        m_pickle.foreignGlobals.add(m_pickle.globalName(*global), true);
    return pushNode(NodeKind::Object, {callable, arguments});
}

bool PickleMachine::call(PickleValue callable, const PickleNode &arguments, PickleValue argumentsValue)
{
    const PickleNode *global = m_pickle.node(callable, NodeKind::Global);
    switch (global ? global->known : KnownGlobal::None) {
    case KnownGlobal::OrderedDict:
        return makeDict(arguments);
    case KnownGlobal::RebuildTensor:
    case KnownGlobal::RebuildTensorV2:
        return makeTensor(callable, arguments, argumentsValue);
    case KnownGlobal::RebuildParameter:
        if (!arguments.items.empty() && m_pickle.node(arguments.items[0], NodeKind::Tensor))
            return push(arguments.items[0]);
        break;
    case KnownGlobal::Size:
        if (arguments.items.size() == 1 && m_pickle.node(arguments.items[0], NodeKind::Tuple))
            return push(arguments.items[0]);
        break;
    case KnownGlobal::Storage:
    case KnownGlobal::DType:
    case KnownGlobal::None:
        break;
    }
    return inertCall(callable, argumentsValue);
}

/// OrderedDict(), or OrderedDict([[key, value], ...]) as Python 2 wrote it.
bool PickleMachine::makeDict(const PickleNode &arguments)
{
    if (arguments.items.empty())
        return pushNode(NodeKind::Dict, {});
    const PickleNode *pairs = m_pickle.node(arguments.items[0], NodeKind::List);
    if (arguments.items.size() != 1 || !pairs)
        return stop(ErrorKind::Malformed, "calls OrderedDict with something other than a list of pairs");
    std::vector<PickleValue> items;
    for (const PickleValue &pair : pairs->items) {
        const PickleNode *list = m_pickle.node(pair, NodeKind::List);
        const PickleNode *both = list ? list : m_pickle.node(pair, NodeKind::Tuple);
        if (!both || both->items.size() != 2)
            return stop(ErrorKind::Malformed, "calls OrderedDict with something other than a list of pairs");
        items.insert(items.end(), both->items.begin(), both->items.end());
    }
    return pushNode(NodeKind::Dict, std::move(items));
}

bool PickleMachine::isIntTuple(PickleValue value) const
{
    const PickleNode *tuple = m_pickle.node(value, NodeKind::Tuple);
    return tuple && std::all_of(tuple->items.begin(), tuple->items.end(), [](auto &item) { return item.isInt(); });
}

/// _rebuild_tensor(storage, offset, size, stride); its second version has further arguments.
bool PickleMachine::makeTensor(PickleValue callable, const PickleNode &arguments, PickleValue argumentsValue)
{
    const std::vector<PickleValue> &given = arguments.items;
    if (given.size() < 4)
        return stop(ErrorKind::Malformed, "rebuilds a tensor from " + std::to_string(given.size()) + " arguments");
    if (!m_pickle.node(given[0], NodeKind::Storage))
        return inertCall(callable, argumentsValue);
    for (const PickleValue &extents : {given[2], given[3]}) {
        const PickleNode *tuple = m_pickle.node(extents, NodeKind::Tuple);
        if (tuple && tuple->items.size() > kMaxRank)
            return stop(ErrorKind::Limit, "rebuilds a tensor of " + std::to_string(tuple->items.size()) +
                                              " dimensions; at most " + std::to_string(kMaxRank) + " are accepted");
    }
    if (!given[1].isInt() || !isIntTuple(given[2]) || !isIntTuple(given[3]))
        return stop(ErrorKind::Malformed, "rebuilds a tensor with an offset, size or stride that is no whole number");
    return pushNode(NodeKind::Tensor, {given[0], given[1], given[2], given[3]});
}

} // namespace reslens::weights
