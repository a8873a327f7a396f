// The opcodes of a pickle that import names and call them, and the texts that may become names.
#include "audit/pickle_interpreter.h"

#include "audit/pickle_strings.h"

#include <algorithm>
#include <array>

namespace reslens::audit {

using Machine = PickleInterpreter;

bool Machine::stringLine()
{
    const auto quoted = line();
    if (!quoted)
        return truncated();
    const bool isQuoted =
        quoted->size() >= 2 && quoted->front() == quoted->back() && (quoted->front() == '\'' || quoted->front() == '"');
    if (!isQuoted)
        return end(ErrorKind::Malformed, "has a STRING without quotes");
    return push(m_values.own(Kind::ByteText, withoutEscapes(quoted->substr(1, quoted->size() - 2))));
}

bool Machine::unicodeLine()
{
    const auto escaped = line();
    if (!escaped)
        return truncated();
    auto text = fromRawUnicodeEscape(*escaped);
    return text ? push(m_values.own(Kind::Text, std::move(*text)))
                : end(ErrorKind::Malformed, "has a UNICODE with an escape that is cut off");
}

/// Reads a module and a name. Python's own unpickler cuts the last character of a line that has no end, and imports
/// what is left, before it complains; then the result is false.
bool Machine::importLines(std::optional<std::string_view> &module, std::optional<std::string_view> &name)
{
    const auto cut = [this] {
        const std::string_view rest = weights::textOf(m_reader.take(m_reader.remaining()).value_or(weights::Bytes()));
        return rest.substr(0, rest.empty() ? 0 : rest.size() - 1);
    };
    module = line();
    name = module ? line() : std::nullopt;
    if (name)
        return true;
    const std::string_view left = cut();
    pushImport(std::string(module ? *module : left), std::string(module ? left : std::string_view()));
    return truncated();
}

bool Machine::global()
{
    std::optional<std::string_view> module, name;
    return importLines(module, name) && pushImport(std::string(*module), std::string(*name));
}

/// The names may be texts alone: whatever a call or a name gives could be a text too, and only Python would know it.
bool Machine::stackGlobal()
{
    Value name, module;
    if (!take(name) || !take(module))
        return false;
    std::array<std::string, 2> texts;
    for (std::size_t i = 0; i < 2; ++i) {
        const Value &value = i == 0 ? module : name;
        const Node *node = m_values.node(value);
        const bool isComputed = value.kind == Kind::Unknown ||
                                (node && (node->kind == Node::Kind::Name || node->kind == Node::Kind::Result ||
                                          node->kind == Node::Kind::Outside));
        if (!isComputed && !m_values.isText(value))
            return end(ErrorKind::Malformed, "names an import by something that is not text");
        const std::string_view text = isComputed ? std::string_view("?") : m_values.text(value);
        const bool isAscii = std::ranges::none_of(text, [](char c) { return (c & 0x80) != 0; });
        if (isComputed || (value.kind == Kind::ByteText && !isAscii))
            cannotDecide("imports a name that the pickle computes while it is read: " + m_values.shown(module, 80) +
                         "." + m_values.shown(name, 80));
        texts[i] = text;
    }
    return pushImport(std::move(texts[0]), std::move(texts[1]));
}

bool Machine::pushExtension(std::int64_t code)
{
    cannotDecide("imports the registered extension " + std::to_string(code) +
                 ", whose name only the program that reads the pickle knows");
    return pushImport("copyreg", "extension " + std::to_string(code));
}

bool Machine::callTop()
{
    Value arguments, callable;
    return take(arguments) && take(callable) && pushCall(callable, argumentsOf(arguments));
}

bool Machine::newObjectWithKeywords()
{
    Value keywords, arguments, type;
    if (!take(keywords) || !take(arguments) || !take(type))
        return false;
    std::vector<Value> all = argumentsOf(arguments);
    if (const Node *dict = m_values.node(keywords); !dict || !dict->items.empty())
        all.push_back(keywords);
    return pushCall(type, std::move(all));
}

bool Machine::object()
{
    std::vector<Value> items;
    if (!takeSinceMark(items))
        return false;
    if (items.empty())
        return underflow();
    const Value type = items.front();
    items.erase(items.begin());
    return pushCall(type, std::move(items));
}

/// Python's own unpickler imports before it looks for the mark.
bool Machine::instance()
{
    std::optional<std::string_view> module, name;
    std::vector<Value> items;
    Value type;
    return importLines(module, name) && pushImport(std::string(*module), std::string(*name)) && take(type) &&
           takeSinceMark(items) && pushCall(type, std::move(items));
}

/// Calls __setstate__ or sets attributes. On an imported name that changes what Python has imported.
bool Machine::build()
{
    Value state, target;
    if (!take(state) || !take(target))
        return false;
    const Node *node = m_values.node(target);
    if (node && node->kind == Node::Kind::Name) {
        m_audit.oddities.push_back("sets attributes of " + node->text + " itself");
        if (!noteCall(target, {state}))
            return false;
    }
    return push(target);
}

bool Machine::persistentId()
{
    Value id;
    return take(id) && pushNode({Node::Kind::Outside, {}, 0, "persistent id " + m_values.shown(id, 120)});
}

bool Machine::persistentIdLine()
{
    const auto id = line();
    return id ? pushNode({Node::Kind::Outside, {}, 0, "persistent id " + std::string(id->substr(0, 120))})
              : truncated();
}

} // namespace reslens::audit
