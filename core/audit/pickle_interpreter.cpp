// The opcodes of pickle protocols 0 to 5, as CPython's Lib/pickle.py runs them: the table, and those that build values.
#include "audit/pickle_interpreter.h"

#include "weights/limits.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace reslens::audit {

using Machine = PickleInterpreter;

const PickleInterpreter::Opcode PickleInterpreter::kOpcodes[] = {
    {0x80, "PROTO", &Machine::protocol, false},
    {0x95, "FRAME", &Machine::frame, false},
    {'.', "STOP", &Machine::finish, false},
    {'N', "NONE", &Machine::constant<Kind::None>, false},
    {0x88, "NEWTRUE", &Machine::constant<Kind::Bool, true>, false},
    {0x89, "NEWFALSE", &Machine::constant<Kind::Bool>, false},
    {'I', "INT", &Machine::numberLine<Kind::Int>, true},
    {'L', "LONG", &Machine::numberLine<Kind::Int>, true},
    {'F', "FLOAT", &Machine::numberLine<Kind::Float>, true},
    {'J', "BININT", &Machine::integer<std::int32_t>, false},
    {'K', "BININT1", &Machine::integer<std::uint8_t>, false},
    {'M', "BININT2", &Machine::integer<std::uint16_t>, false},
    {0x8a, "LONG1", &Machine::longInteger<std::uint8_t>, false},
    {0x8b, "LONG4", &Machine::longInteger<std::uint32_t>, false},
    {'G', "BINFLOAT", &Machine::real, false},
    {'S', "STRING", &Machine::stringLine, true},
    {'V', "UNICODE", &Machine::unicodeLine, true},
    {'X', "BINUNICODE", &Machine::text<std::uint32_t, Kind::Text>, false},
    {0x8c, "SHORT_BINUNICODE", &Machine::text<std::uint8_t, Kind::Text>, false},
    {0x8d, "BINUNICODE8", &Machine::text<std::uint64_t, Kind::Text>, false},
    {'T', "BINSTRING", &Machine::text<std::uint32_t, Kind::ByteText>, false},
    {'U', "SHORT_BINSTRING", &Machine::text<std::uint8_t, Kind::ByteText>, false},
    {'B', "BINBYTES", &Machine::raw<std::uint32_t>, false},
    {'C', "SHORT_BINBYTES", &Machine::raw<std::uint8_t>, false},
    {0x8e, "BINBYTES8", &Machine::raw<std::uint64_t>, false},
    {0x96, "BYTEARRAY8", &Machine::raw<std::uint64_t>, false},
    {0x97, "NEXT_BUFFER", &Machine::outOfBand, true},
    {0x98, "READONLY_BUFFER", &Machine::nothing, true},
    {')', "EMPTY_TUPLE", &Machine::empty<Node::Kind::Tuple>, false},
    {']', "EMPTY_LIST", &Machine::empty<Node::Kind::List>, false},
    {'}', "EMPTY_DICT", &Machine::empty<Node::Kind::Dict>, false},
    {0x8f, "EMPTY_SET", &Machine::empty<Node::Kind::Set>, false},
    {'t', "TUPLE", &Machine::sinceMark<Node::Kind::Tuple>, false},
    {'l', "LIST", &Machine::sinceMark<Node::Kind::List>, true},
    {'d', "DICT", &Machine::sinceMark<Node::Kind::Dict>, true},
    {0x91, "FROZENSET", &Machine::sinceMark<Node::Kind::Set>, false},
    {0x85, "TUPLE1", &Machine::shortTuple<1>, false},
    {0x86, "TUPLE2", &Machine::shortTuple<2>, false},
    {0x87, "TUPLE3", &Machine::shortTuple<3>, false},
    {'(', "MARK", &Machine::mark, false},
    {'0', "POP", &Machine::pop, true},
    {'1', "POP_MARK", &Machine::popMark, true},
    {'2', "DUP", &Machine::duplicate, true},
    {'a', "APPEND", &Machine::addToTop<1>, false},
    {'e', "APPENDS", &Machine::addSinceMark, false},
    {0x90, "ADDITEMS", &Machine::addSinceMark, false},
    {'s', "SETITEM", &Machine::addToTop<2>, false},
    {'u', "SETITEMS", &Machine::addSinceMark, false},
    {'p', "PUT", &Machine::putLine, true},
    {'q', "BINPUT", &Machine::put<std::uint8_t>, false},
    {'r', "LONG_BINPUT", &Machine::put<std::uint32_t>, false},
    {0x94, "MEMOIZE", &Machine::memoize, false},
    {'g', "GET", &Machine::getLine, true},
    {'h', "BINGET", &Machine::get<std::uint8_t>, false},
    {'j', "LONG_BINGET", &Machine::get<std::uint32_t>, false},
    {'c', "GLOBAL", &Machine::global, false},
    {0x93, "STACK_GLOBAL", &Machine::stackGlobal, false},
    {0x82, "EXT1", &Machine::extension<std::uint8_t>, true},
    {0x83, "EXT2", &Machine::extension<std::uint16_t>, true},
    {0x84, "EXT4", &Machine::extension<std::int32_t>, true},
    {'R', "REDUCE", &Machine::callTop, false},
    {0x81, "NEWOBJ", &Machine::callTop, false},
    {0x92, "NEWOBJ_EX", &Machine::newObjectWithKeywords, false},
    {'o', "OBJ", &Machine::object, true},
    {'i', "INST", &Machine::instance, true},
    {'b', "BUILD", &Machine::build, false},
    {'Q', "BINPERSID", &Machine::persistentId, false},
    {'P', "PERSID", &Machine::persistentIdLine, true},
};

bool Machine::step()
{
    static const auto table = [] {
        std::array<const Opcode *, 256> opcodes{};
        for (const Opcode &opcode : kOpcodes)
            opcodes[opcode.code] = &opcode;
        return opcodes;
    }();
    m_opcodeAt = m_reader.position();
    const auto code = number<std::uint8_t>();
    if (!code)
        return truncated();
    const Opcode *opcode = table[*code];
    if (!opcode)
        return end(ErrorKind::Malformed, "has the opcode " + std::to_string(*code) + ", which no protocol has");
    if (opcode->isOdd)
        m_odd.insert(opcode->name);
    return (this->*opcode->run)();
}

bool Machine::protocol()
{
    constexpr int kNewest = 5;
    const auto version = number<std::uint8_t>();
    return version ? *version <= kNewest || end(ErrorKind::Malformed, "is of protocol " + std::to_string(*version))
                   : truncated();
}

/// A frame may claim more bytes than there are: the Python unpickler does not mind. The C unpickler reads a frame that
/// does not lie within the one before from the file.
bool Machine::frame()
{
    const auto length = number<std::uint64_t>();
    if (!length)
        return truncated();
    const std::uint64_t at = m_reader.position();
    if (m_frameEnd && *length > *m_frameEnd - std::min(*m_frameEnd, at))
        crossFrame();
    else if (m_frameEnd && m_crossing == Crossing::DropRest)
        return true;
    if (*length > m_reader.remaining()) {
        m_crossesFrame = true;
        return m_crossing == Crossing::ReadOn || truncated();
    }
    m_frameEnd = m_reader.position() + *length;
    return true;
}

/// Something needs more bytes than its frame has.
void Machine::crossFrame()
{
    m_crossesFrame = true;
    if (m_crossing == Crossing::DropRest)
        m_reader = weights::ByteReader(m_bytes, *m_frameEnd);
    m_frameEnd.reset();
}

void Machine::leaveFrame()
{
    if (m_frameEnd && m_reader.position() >= *m_frameEnd)
        m_frameEnd.reset();
}

std::optional<weights::Bytes> Machine::bytes(std::uint64_t count)
{
    leaveFrame();
    if (m_frameEnd && count > *m_frameEnd - m_reader.position())
        crossFrame();
    return m_reader.take(count);
}

template <typename T>
std::optional<T> Machine::number()
{
    const auto taken = bytes(sizeof(T));
    if (!taken)
        return std::nullopt;
    T value;
    std::memcpy(&value, taken->data(), sizeof value);
    return value;
}

/// The rest of the line, without its end; empty if the pickle ends first.
std::optional<std::string_view> Machine::line()
{
    leaveFrame();
    if (m_frameEnd) {
        const std::uint64_t at = m_reader.position();
        const std::string_view rest = weights::textOf(m_bytes.subspan(std::size_t(at), std::size_t(*m_frameEnd - at)));
        if (rest.find('\n') == std::string_view::npos)
            crossFrame();
    }
    return m_reader.line(m_bytes.size());
}

bool Machine::finish()
{
    Value value;
    if (!take(value))
        return false;
    if (!m_stack.empty() || !m_marks.empty())
        m_odd.insert("STOP above further values");
    m_isFinished = true;
    return true;
}

template <Value::Kind kind, bool isTrue>
bool Machine::constant()
{
    return push({kind, 0, isTrue});
}

template <typename T>
bool Machine::integer()
{
    const auto value = number<T>();
    return value ? push({Kind::Int, 0, std::int64_t(*value)}) : truncated();
}

/// Two's complement; a long one is shown as unknown.
template <typename Length>
bool Machine::longInteger()
{
    const auto length = number<Length>();
    const auto digits = length ? bytes(*length) : std::nullopt;
    if (!digits)
        return truncated();
    if (digits->size() > sizeof(std::int64_t))
        return push({});
    std::uint64_t value =
        !digits->empty() && (std::to_integer<int>(digits->back()) & 0x80) != 0 ? ~std::uint64_t(0) : 0;
    for (std::size_t i = digits->size(); i-- > 0;)
        value = value << 8 | std::to_integer<std::uint64_t>((*digits)[i]);
    return push({Kind::Int, 0, std::bit_cast<std::int64_t>(value)});
}

bool Machine::real()
{
    const auto bigEndian = number<std::uint64_t>();
    return bigEndian ? push({Kind::Float, 0, std::bit_cast<std::int64_t>(__builtin_bswap64(*bigEndian))}) : truncated();
}

template <Value::Kind kind>
bool Machine::numberLine()
{
    auto text = line();
    if (!text)
        return truncated();
    if (text->ends_with('L'))
        text->remove_suffix(1);
    Value value;
    std::int64_t whole = 0;
    double real = 0;
    const char *last = text->data() + text->size();
    if (kind == Kind::Int && std::from_chars(text->data(), last, whole).ptr == last)
        value = {kind, 0, whole};
    else if (kind == Kind::Float && std::from_chars(text->data(), last, real).ptr == last)
        value = {kind, 0, std::bit_cast<std::int64_t>(real)};
    return push(value);
}

template <typename Length, Value::Kind kind>
bool Machine::text()
{
    const auto length = number<Length>();
    if (!length || !bytes(*length))
        return truncated();
    return push(m_values.textAt(kind, m_reader.position() - *length, *length));
}

/// Bytes are copied from a frame and from what follows it, whatever reads them.
template <typename Length>
bool Machine::raw()
{
    const auto length = number<Length>();
    leaveFrame();
    if (length && m_frameEnd && *length > *m_frameEnd - m_reader.position()) {
        m_crossesFrame = true;
        m_frameEnd.reset();
    }
    if (!length || !m_reader.take(*length))
        return truncated();
    return push(m_values.textAt(Kind::Bytes, m_reader.position() - *length, *length));
}

/// A buffer that the program hands to the unpickler.
bool Machine::outOfBand()
{
    return push({});
}

bool Machine::nothing()
{
    Value value;
    return take(value) && push(value);
}

template <Node::Kind kind>
bool Machine::empty()
{
    return pushNode({kind});
}

template <Node::Kind kind>
bool Machine::sinceMark()
{
    std::vector<Value> items;
    return takeSinceMark(items) && pushNode({kind, std::move(items)});
}

template <std::size_t count>
bool Machine::shortTuple()
{
    std::vector<Value> items(count);
    for (std::size_t i = count; i-- > 0;)
        if (!take(items[i]))
            return false;
    return pushNode({Node::Kind::Tuple, std::move(items)});
}

bool Machine::mark()
{
    if (m_marks.size() >= weights::kMaxPickleStack)
        return end(ErrorKind::Limit, "the stack holds too many marks");
    m_marks.push_back(m_stack.size());
    return true;
}

/// POP removes a mark that lies on top.
bool Machine::pop()
{
    Value value;
    if (m_marks.empty() || m_marks.back() != m_stack.size())
        return take(value);
    m_marks.pop_back();
    return true;
}

bool Machine::popMark()
{
    std::vector<Value> items;
    return takeSinceMark(items);
}

bool Machine::duplicate()
{
    Value value;
    return take(value) && push(value) && push(value);
}

template <std::size_t count>
bool Machine::addToTop()
{
    std::vector<Value> items(count);
    for (std::size_t i = count; i-- > 0;)
        if (!take(items[i]))
            return false;
    return addItems(items);
}

bool Machine::addSinceMark()
{
    std::vector<Value> items;
    return takeSinceMark(items) && addItems(items);
}

namespace {

/// A number as Python's int() reads it: blanks around it, a sign, underscores between digits. C stops at a zero byte.
std::optional<std::uint64_t> indexIn(std::string_view text)
{
    constexpr std::string_view kBlanks = " \t\n\r\f\v";
    text = text.substr(0, text.find('\0'));
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    text = text.substr(0, text.find_last_not_of(kBlanks) + 1);
    if (text.starts_with('+') || text == "-0")
        text.remove_prefix(1);
    std::string digits;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] != '_' || i == 0 || text[i - 1] == '_')
            digits += text[i];
    std::uint64_t index = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    const bool isWhole = error == std::errc() && !digits.empty() && end == digits.data() + digits.size();
    return isWhole ? std::optional(index) : std::nullopt;
}

} // namespace

template <typename Index>
bool Machine::put()
{
    const auto index = number<Index>();
    return index ? store(*index) : truncated();
}

bool Machine::putLine()
{
    const auto text = line();
    const auto index = text ? indexIn(*text) : std::nullopt;
    return index ? store(*index) : end(ErrorKind::Malformed, "has a PUT that is not an index");
}

bool Machine::memoize()
{
    return store(m_memo.size());
}

template <typename Index>
bool Machine::get()
{
    const auto index = number<Index>();
    return index ? recall(*index) : truncated();
}

bool Machine::getLine()
{
    const auto text = line();
    const auto index = text ? indexIn(*text) : std::nullopt;
    return index ? recall(*index) : end(ErrorKind::Malformed, "has a GET that is not an index");
}

/// A number that the reading program has registered for a name.
template <typename Code>
bool Machine::extension()
{
    const auto code = number<Code>();
    return code ? pushExtension(std::int64_t(*code)) : truncated();
}

} // namespace reslens::audit
