#include "audit/pickle_interpreter.h"

#include "error/printable.h"
#include "weights/limits.h"
#include "weights/pickle.h"

#include <algorithm>
#include <set>

namespace reslens::audit {

namespace {

constexpr std::size_t kMaxArguments = 64;
constexpr std::size_t kMaxArgumentBytesInAll = std::size_t(16) << 20; // further calls show an ellipsis

weights::Bytes readable(weights::Bytes available)
{
    return available.first(std::min<std::uint64_t>(available.size(), weights::kMaxPickleBytes));
}

} // namespace

std::string Import::text() const
{
    constexpr std::size_t kMostBytes = 2 * weights::kMaxNameBytes;
    return printable(module, kMostBytes) + "." + printable(name, kMostBytes);
}

namespace {

/// Adds what `other` imports and calls and `audit` does not.
void merge(PickleAudit &audit, const PickleAudit &other)
{
    const auto addTo = [](auto &list, const auto &others, const auto &nameOf) {
        std::set<std::pair<std::uint64_t, std::string>> known;
        for (const auto &item : list)
            known.emplace(item.byte, nameOf(item));
        for (const auto &item : others)
            if (known.emplace(item.byte, nameOf(item)).second)
                list.push_back(item);
    };
    addTo(audit.imports, other.imports, [](const Import &import) { return import.module + "\n" + import.name; });
    addTo(audit.calls, other.calls, [](const Call &call) { return call.name; });
}

} // namespace

PickleAudit auditPickle(weights::Bytes bytes, std::uint64_t start, const std::string &subject)
{
    PickleInterpreter linear(bytes, start, subject, Crossing::ReadOn);
    PickleAudit audit = linear.run();
    if (!linear.crossesFrame())
        return audit;
    merge(audit, PickleInterpreter(bytes, start, subject, Crossing::DropRest).run());
    if (!audit.undecided || audit.isComplete)
        audit.undecided =
            Error{ErrorKind::Unsupported, subject,
                  "pickle: an opcode crosses the end of its frame, which Python reads in two ways; the names "
                  "of both are listed",
                  start};
    return audit;
}

PickleInterpreter::PickleInterpreter(weights::Bytes available, std::uint64_t start, std::string subject,
                                     Crossing crossing)
    : m_bytes(readable(available)), m_reader(m_bytes), m_start(start),
      m_isCut(available.size() > weights::kMaxPickleBytes), m_subject(std::move(subject)), m_crossing(crossing),
      m_values(weights::textOf(m_bytes))
{
}

PickleAudit PickleInterpreter::run()
{
    while (!m_isFinished && step()) {
    }
    m_audit.isComplete = m_isFinished;
    m_audit.size = m_reader.position();
    for (const std::string &name : m_odd)
        m_audit.oddities.push_back("has the opcode " + name + ", which torch.save does not write");
    if (m_crossesFrame)
        m_audit.oddities.push_back(
            "has an opcode that crosses the end of its frame, which two readers see in two ways");
    return std::move(m_audit);
}

/// Ends reading: CPython would stop here too, or a limit is reached.
bool PickleInterpreter::end(ErrorKind kind, std::string problem)
{
    if (m_isCut && m_reader.remaining() < 16)
        kind = ErrorKind::Limit, problem = "is larger than " + std::to_string(m_bytes.size()) + " bytes";
    m_audit.undecided = Error{kind, m_subject, "pickle: " + std::move(problem), m_start + m_opcodeAt};
    return false;
}

/// The names are no longer all that Python would import, but reading goes on.
void PickleInterpreter::cannotDecide(const std::string &problem)
{
    if (!m_audit.undecided)
        m_audit.undecided = Error{ErrorKind::Unsupported, m_subject, "pickle: " + problem, m_start + m_opcodeAt};
}

bool PickleInterpreter::push(Value value)
{
    if (m_stack.size() >= weights::kMaxPickleStack)
        return end(ErrorKind::Limit,
                   "the stack holds more than " + std::to_string(weights::kMaxPickleStack) + " values");
    m_stack.push_back(value);
    return true;
}

bool PickleInterpreter::pushNode(Node node)
{
    if (m_values.nodeCount() >= weights::kMaxPickleNodes)
        return end(ErrorKind::Limit, "builds more than " + std::to_string(weights::kMaxPickleNodes) + " objects");
    return count(node.items.size()) && push(m_values.make(std::move(node)));
}

bool PickleInterpreter::count(std::size_t items)
{
    m_itemCount += items;
    return m_itemCount <= weights::kMaxPickleItems ||
           end(ErrorKind::Limit, "holds more than " + std::to_string(weights::kMaxPickleItems) + " items");
}

bool PickleInterpreter::take(Value &value)
{
    if (m_stack.size() <= (m_marks.empty() ? 0 : m_marks.back()))
        return underflow();
    value = m_stack.back();
    m_stack.pop_back();
    return true;
}

bool PickleInterpreter::takeSinceMark(std::vector<Value> &values)
{
    if (m_marks.empty())
        return end(ErrorKind::Malformed, "needs a mark and there is none");
    const auto first = m_stack.begin() + std::ptrdiff_t(m_marks.back());
    values.assign(first, m_stack.end());
    m_stack.erase(first, m_stack.end());
    m_marks.pop_back();
    return true;
}

/// Adds to the list, dictionary or set on top of the stack. Other objects would be asked to add, which is a call of a
/// method: their own class is named already.
bool PickleInterpreter::addItems(const std::vector<Value> &items)
{
    Value target;
    if (!take(target))
        return false;
    const Node *node = m_values.node(target);
    if (node && (node->kind == Node::Kind::List || node->kind == Node::Kind::Dict || node->kind == Node::Kind::Set)) {
        if (!count(items.size()))
            return false;
        std::vector<Value> &held = m_values.node(target, node->kind)->items;
        held.insert(held.end(), items.begin(), items.end());
    }
    return push(target);
}

bool PickleInterpreter::store(std::uint64_t index)
{
    Value value;
    if (!take(value))
        return false;
    m_memo[index] = value;
    if (m_memo.size() > weights::kMaxPickleItems)
        return end(ErrorKind::Limit, "the memo has more than " + std::to_string(weights::kMaxPickleItems) + " entries");
    return push(value);
}

bool PickleInterpreter::recall(std::uint64_t index)
{
    const auto found = m_memo.find(index);
    if (found == m_memo.end())
        return end(ErrorKind::Malformed, "recalls memo " + std::to_string(index) + ", which was never stored");
    return push(found->second);
}

bool PickleInterpreter::pushImport(std::string module, std::string name)
{
    if (m_audit.imports.size() >= kMaxCalls)
        return end(ErrorKind::Limit, "imports more than " + std::to_string(kMaxCalls) + " names");
    m_audit.imports.push_back({std::move(module), std::move(name), m_start + m_opcodeAt});
    return pushNode({Node::Kind::Name, {}, m_audit.imports.size() - 1, m_audit.imports.back().text()});
}

std::vector<Value> PickleInterpreter::argumentsOf(const Value &tuple)
{
    const Node *node = m_values.node(tuple, Node::Kind::Tuple);
    return node ? node->items : std::vector<Value>{tuple};
}

bool PickleInterpreter::pushCall(const Value &callable, std::vector<Value> arguments)
{
    if (!noteCall(callable, arguments))
        return false;
    arguments.insert(arguments.begin(), callable);
    return pushNode({Node::Kind::Result, std::move(arguments)});
}

/// Of a name that makes tensors only the first call is kept: there is one for each tensor.
bool PickleInterpreter::noteCall(const Value &callable, const std::vector<Value> &arguments)
{
    if (const Node *name = m_values.node(callable, Node::Kind::Name)) {
        Import &import = m_audit.imports[name->import];
        import.isCalled = true;
        if (weights::knownGlobal(import.module, import.name) != weights::KnownGlobal::None &&
            !m_calledOnce.insert(name->text).second)
            return true;
    }
    if (m_audit.calls.size() >= kMaxCalls)
        return end(ErrorKind::Limit, "calls something more than " + std::to_string(kMaxCalls) + " times");
    Call call{m_values.shown(callable, kMaxArgumentBytes), {}, m_start + m_opcodeAt};
    for (const Value &argument : arguments) {
        if (call.arguments.size() == kMaxArguments || m_argumentBytes > kMaxArgumentBytesInAll) {
            call.arguments.push_back("…");
            break;
        }
        call.arguments.push_back(m_values.shown(argument, kMaxArgumentBytes));
        m_argumentBytes += call.arguments.back().size();
    }
    m_audit.calls.push_back(std::move(call));
    return true;
}

} // namespace reslens::audit
