// The opcodes of pickle protocols 2 to 5, as CPython's pickletools.py describes them.
#include "weights/pickle_machine.h"

#include "error/printable.h"
#include "weights/limits.h"

#include <array>

namespace reslens::weights {

using NodeKind = PickleNode::Kind;

// Protocol 0's text opcodes (INT, STRING, INST, ...) and the extension registry (EXT1, ...) are absent on purpose:
// torch.save writes neither, nor buffers outside of the pickle (NEXT_BUFFER).
const PickleMachine::Opcode PickleMachine::kOpcodes[] = {
    {0x80, "PROTO", &PickleMachine::protocol},
    {0x95, "FRAME", &PickleMachine::frame},
    {'.', "STOP", &PickleMachine::finish},
    {'N', "NONE", &PickleMachine::none},
    {0x88, "NEWTRUE", &PickleMachine::boolean<true>},
    {0x89, "NEWFALSE", &PickleMachine::boolean<false>},
    {'J', "BININT", &PickleMachine::integer<std::int32_t>},
    {'K', "BININT1", &PickleMachine::integer<std::uint8_t>},
    {'M', "BININT2", &PickleMachine::integer<std::uint16_t>},
    {0x8a, "LONG1", &PickleMachine::longInteger<std::uint8_t>},
    {0x8b, "LONG4", &PickleMachine::longInteger<std::uint32_t>},
    {'G', "BINFLOAT", &PickleMachine::real},
    {'X', "BINUNICODE", &PickleMachine::text<std::uint32_t, Kind::Text>},
    {0x8c, "SHORT_BINUNICODE", &PickleMachine::text<std::uint8_t, Kind::Text>},
    {0x8d, "BINUNICODE8", &PickleMachine::text<std::uint64_t, Kind::Text>},
    {'T', "BINSTRING", &PickleMachine::text<std::uint32_t, Kind::Text>},
    {'U', "SHORT_BINSTRING", &PickleMachine::text<std::uint8_t, Kind::Text>},
    {'B', "BINBYTES", &PickleMachine::text<std::uint32_t, Kind::Raw>},
    {'C', "SHORT_BINBYTES", &PickleMachine::text<std::uint8_t, Kind::Raw>},
    {0x96, "BYTEARRAY8", &PickleMachine::text<std::uint64_t, Kind::Raw>},
    {0x8e, "BINBYTES8", &PickleMachine::text<std::uint64_t, Kind::Raw>},
    {')', "EMPTY_TUPLE", &PickleMachine::emptyContainer<NodeKind::Tuple>},
    {']', "EMPTY_LIST", &PickleMachine::emptyContainer<NodeKind::List>},
    {'}', "EMPTY_DICT", &PickleMachine::emptyContainer<NodeKind::Dict>},
    {0x8f, "EMPTY_SET", &PickleMachine::emptyContainer<NodeKind::Set>},
    {'t', "TUPLE", &PickleMachine::containerSinceMark<NodeKind::Tuple>},
    {'l', "LIST", &PickleMachine::containerSinceMark<NodeKind::List>},
    {'d', "DICT", &PickleMachine::containerSinceMark<NodeKind::Dict>},
    {0x91, "FROZENSET", &PickleMachine::containerSinceMark<NodeKind::Set>},
    {0x85, "TUPLE1", &PickleMachine::shortTuple<1>},
    {0x86, "TUPLE2", &PickleMachine::shortTuple<2>},
    {0x87, "TUPLE3", &PickleMachine::shortTuple<3>},
    {'(', "MARK", &PickleMachine::mark},
    {'0', "POP", &PickleMachine::pop},
    {'1', "POP_MARK", &PickleMachine::popMark},
    {'2', "DUP", &PickleMachine::duplicate},
    {'a', "APPEND", &PickleMachine::append},
    {'e', "APPENDS", &PickleMachine::addSinceMark<NodeKind::List>},
    {0x90, "ADDITEMS", &PickleMachine::addSinceMark<NodeKind::Set>},
    {'s', "SETITEM", &PickleMachine::setItem},
    {'u', "SETITEMS", &PickleMachine::addSinceMark<NodeKind::Dict>},
    {'q', "BINPUT", &PickleMachine::put<std::uint8_t>},
    {'r', "LONG_BINPUT", &PickleMachine::put<std::uint32_t>},
    {0x94, "MEMOIZE", &PickleMachine::memoize},
    {'h', "BINGET", &PickleMachine::recall<std::uint8_t>},
    {'j', "LONG_BINGET", &PickleMachine::recall<std::uint32_t>},
    {'c', "GLOBAL", &PickleMachine::global},
    {0x93, "STACK_GLOBAL", &PickleMachine::stackGlobal},
    {'R', "REDUCE", &PickleMachine::reduce},
    {0x81, "NEWOBJ", &PickleMachine::reduce},
    {0x92, "NEWOBJ_EX", &PickleMachine::newObjectWithKeywords},
    {'b', "BUILD", &PickleMachine::build},
    {'Q', "BINPERSID", &PickleMachine::persistentId},
};

bool PickleMachine::step()
{
    m_opcodeAt = m_reader.position();
    const auto code = m_reader.number<std::uint8_t>();
    if (!code)
        return truncated();
    if (m_opcodeAt == 0 && *code != 0x80)
        return stop(ErrorKind::Malformed, "does not begin with the PROTO opcode of protocols 2 to 5");
    static const auto table = [] {
        std::array<Handler, 256> handlers{};
        for (const Opcode &opcode : kOpcodes)
            handlers[opcode.code] = opcode.run;
        return handlers;
    }();
    const Handler handler = table[*code];
    if (!handler)
        return stop(ErrorKind::Unsupported, "has the opcode " + inQuotes(std::string(1, char(*code))) + " (" +
                                                std::to_string(*code) + "), which protocols 2 to 5 do not write");
    return (this->*handler)() && leaveFrame();
}

bool PickleMachine::protocol()
{
    const auto version = m_reader.number<std::uint8_t>();
    if (!version)
        return truncated();
    return (*version >= 2 && *version <= 5) ||
           stop(ErrorKind::Unsupported, "is of protocol " + std::to_string(*version) + "; 2 to 5 are read");
}

bool PickleMachine::frame()
{
    const auto length = m_reader.number<std::uint64_t>();
    if (!length || *length > m_reader.remaining())
        return truncated();
    if (m_frameEnd)
        return stop(ErrorKind::Malformed, "begins a frame within another frame");
    m_frameEnd = m_reader.position() + *length;
    return true;
}

bool PickleMachine::finish()
{
    if (m_stack.size() != 1 || !m_marks.empty())
        return stop(ErrorKind::Malformed,
                    "stops with " + std::to_string(m_stack.size()) + " values on the stack instead of one");
    m_pickle.root = m_stack.back();
    m_isFinished = true;
    return true;
}

bool PickleMachine::none()
{
    return push({});
}

template <bool value>
bool PickleMachine::boolean()
{
    return push({Kind::Bool, 0, value});
}

template <typename T>
bool PickleMachine::integer()
{
    const auto value = m_reader.number<T>();
    return value ? push({Kind::Int, 0, *value}) : truncated();
}

/// Two's complement, least significant byte first, of any length.
template <typename Length>
bool PickleMachine::longInteger()
{
    const auto length = m_reader.number<Length>();
    const auto offset = std::int64_t(m_reader.position());
    const auto digits = length ? m_reader.take(*length) : std::nullopt;
    if (!digits)
        return truncated();
    if (digits->size() > sizeof(std::int64_t))
        return push({Kind::LongInt, std::uint32_t(digits->size()), offset});
    const bool isNegative = !digits->empty() && (std::to_integer<int>(digits->back()) & 0x80) != 0;
    std::uint64_t value = isNegative ? ~std::uint64_t(0) : 0;
    for (std::size_t i = digits->size(); i-- > 0;)
        value = value << 8 | std::to_integer<std::uint64_t>((*digits)[i]);
    return push({Kind::Int, 0, std::bit_cast<std::int64_t>(value)});
}

bool PickleMachine::real()
{
    const auto bigEndian = m_reader.number<std::uint64_t>();
    return bigEndian ? push({Kind::Float, 0, std::bit_cast<std::int64_t>(__builtin_bswap64(*bigEndian))}) : truncated();
}

template <typename Length, PickleValue::Kind kind>
bool PickleMachine::text()
{
    const auto length = m_reader.number<Length>();
    const auto offset = std::int64_t(m_reader.position());
    if (!length || !m_reader.take(*length))
        return truncated();
    return push({kind, std::uint32_t(*length), offset});
}

template <PickleNode::Kind kind>
bool PickleMachine::emptyContainer()
{
    return pushNode(kind, {});
}

template <PickleNode::Kind kind>
bool PickleMachine::containerSinceMark()
{
    auto items = takeSinceMark();
    if (!items)
        return false;
    if (kind == NodeKind::Dict && items->size() % 2 != 0)
        return stop(ErrorKind::Malformed, "makes a dictionary from a key without a value");
    return pushNode(kind, std::move(*items));
}

template <std::size_t count>
bool PickleMachine::shortTuple()
{
    std::vector<PickleValue> items(count);
    for (std::size_t i = count; i-- > 0;) {
        const auto item = take();
        if (!item)
            return false;
        items[i] = *item;
    }
    return pushNode(NodeKind::Tuple, std::move(items));
}

bool PickleMachine::mark()
{
    if (m_marks.size() >= kMaxPickleStack)
        return stop(ErrorKind::Limit, "the stack holds more than " + std::to_string(kMaxPickleStack) + " marks");
    m_marks.push_back(m_stack.size());
    return true;
}

bool PickleMachine::pop()
{
    // POP removes a mark that lies on top, as in CPython.
    if (!m_marks.empty() && m_marks.back() == m_stack.size()) {
        m_marks.pop_back();
        return true;
    }
    return take().has_value();
}

bool PickleMachine::popMark()
{
    return takeSinceMark().has_value();
}

bool PickleMachine::duplicate()
{
    const auto value = take();
    return value && push(*value) && push(*value);
}

bool PickleMachine::append()
{
    const auto item = take();
    const auto list = item ? take() : std::nullopt;
    return list && extend(*list, {*item}, NodeKind::List) && push(*list);
}

template <PickleNode::Kind kind>
bool PickleMachine::addSinceMark()
{
    auto items = takeSinceMark();
    const auto target = items ? take() : std::nullopt;
    if (!target)
        return false;
    if (kind == NodeKind::Dict && items->size() % 2 != 0)
        return stop(ErrorKind::Malformed, "sets a key without a value");
    return extend(*target, std::move(*items), kind) && push(*target);
}

bool PickleMachine::setItem()
{
    const auto value = take();
    const auto key = value ? take() : std::nullopt;
    const auto target = key ? take() : std::nullopt;
    return target && extend(*target, {*key, *value}, NodeKind::Dict) && push(*target);
}

bool PickleMachine::store(std::uint64_t index)
{
    if (index >= kMaxPickleMemo)
        return stop(ErrorKind::Limit, "the memo has an index of " + std::to_string(index) + "; at most " +
                                          std::to_string(kMaxPickleMemo) + " entries are accepted");
    const auto value = take();
    if (!value)
        return false;
    if (index >= m_memo.size())
        m_memo.resize(index + 1);
    m_memoized += !m_memo[index];
    m_memo[index] = value;
    return push(*value);
}

template <typename Index>
bool PickleMachine::put()
{
    const auto index = m_reader.number<Index>();
    return index ? store(*index) : truncated();
}

bool PickleMachine::memoize()
{
    return store(m_memoized);
}

template <typename Index>
bool PickleMachine::recall()
{
    const auto index = m_reader.number<Index>();
    if (!index)
        return truncated();
    if (*index >= m_memo.size() || !m_memo[*index])
        return stop(ErrorKind::Malformed, "recalls memo " + std::to_string(*index) + ", which was never stored");
    return push(*m_memo[*index]);
}

bool PickleMachine::global()
{
    const auto line = [this]() -> std::optional<PickleValue> {
        const auto offset = std::int64_t(m_reader.position());
        const auto text = m_reader.line(kMaxNameBytes);
        if (!text)
            return std::nullopt;
        return PickleValue{Kind::Text, std::uint32_t(text->size()), offset};
    };
    const auto module = line();
    const auto name = module ? line() : std::nullopt;
    if (!name)
        return stop(ErrorKind::Malformed,
                    "a global's module or name does not end within " + std::to_string(kMaxNameBytes) + " bytes");
    return pushGlobal(*module, *name);
}

bool PickleMachine::stackGlobal()
{
    const auto name = take();
    const auto module = name ? take() : std::nullopt;
    return module && pushGlobal(*module, *name);
}

bool PickleMachine::reduce()
{
    const auto arguments = take();
    const auto callable = arguments ? take() : std::nullopt;
    if (!callable)
        return false;
    const PickleNode *tuple = m_pickle.node(*arguments, NodeKind::Tuple);
    if (!tuple)
        return stop(ErrorKind::Malformed, "calls with " + m_pickle.describe(*arguments) + " instead of a tuple");
    return call(*callable, *tuple, *arguments);
}

bool PickleMachine::newObjectWithKeywords()
{
    const auto keywords = take();
    const auto arguments = keywords ? take() : std::nullopt;
    const auto type = arguments ? take() : std::nullopt;
    return type && inertCall(*type, *arguments);
}

/// In Python this sets attributes (or calls __setstate__). Tensors and dictionaries do not need it (a state dict
/// carries `_metadata` this way); an inert object keeps it as data.
bool PickleMachine::build()
{
    const auto state = take();
    const auto target = state ? take() : std::nullopt;
    if (!target)
        return false;
    if (target->kind != Kind::Node)
        return stop(ErrorKind::Malformed, "sets attributes of " + m_pickle.describe(*target));
    PickleNode &node = m_pickle.nodes[std::size_t(target->payload)];
    if (node.kind == NodeKind::Object) {
        if (!deepen(node, {*state}))
            return false;
        node.items.resize(2);
        node.items.push_back(*state);
    }
    return push(*target);
}

/// The id is ('storage', type, key, location, element count), with None or a view in PyTorch's oldest files, or
/// ('module', class, source file, source), which PyTorch wrote for whole modules.
bool PickleMachine::persistentId()
{
    const auto id = take();
    if (!id)
        return false;
    const PickleNode *tuple = m_pickle.node(*id, NodeKind::Tuple);
    if (!tuple || tuple->items.size() < 4 || !tuple->items[0].isText())
        return stop(ErrorKind::Malformed, "has a persistent id that is not one of PyTorch's");
    const std::vector<PickleValue> &given = tuple->items;
    const std::string_view what = m_pickle.text(given[0]);
    if (what == "module")
        return push(given[1]);
    if (what != "storage" || given.size() < 5 || given.size() > 6 || !m_pickle.node(given[1], NodeKind::Global) ||
        !given[2].isText() || !given[4].isInt() || given[4].payload < 0)
        return stop(ErrorKind::Malformed, "has a persistent id that is not one of PyTorch's");
    if (given.size() == 6 && given[5].kind != Kind::None)
        return stop(ErrorKind::Unsupported, "has a view of a storage, which PyTorch stopped writing in 2017");
    return pushNode(NodeKind::Storage, {given[1], given[2], given[4]});
}

Result<Pickle> readPickle(Bytes bytes, std::uint64_t start, const std::string &subject, std::uint64_t limit)
{
    return PickleMachine(bytes, start, subject, limit).run();
}

} // namespace reslens::weights
