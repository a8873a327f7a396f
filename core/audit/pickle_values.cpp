#include "audit/pickle_values.h"

#include "error/printable.h"

#include <array>
#include <cstdio>

namespace reslens::audit {

namespace {

constexpr int kMaxDepth = 8;

std::string shortest(double value)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.9g", value);
    return text.data();
}

} // namespace

Value Values::textAt(Value::Kind kind, std::uint64_t offset, std::uint64_t size) const
{
    return {kind, 0, std::int64_t(offset), size, false};
}

Value Values::own(Value::Kind kind, std::string text)
{
    m_texts.push_back(std::move(text));
    return {kind, std::uint32_t(m_texts.size() - 1), 0, m_texts.back().size(), true};
}

Value Values::make(Node node)
{
    m_nodes.push_back(std::move(node));
    return {Value::Kind::Node, std::uint32_t(m_nodes.size() - 1), 0, 0, false};
}

std::string_view Values::text(const Value &value) const
{
    return value.isOwn ? std::string_view(m_texts[value.node])
                       : m_pickle.substr(std::size_t(value.payload), std::size_t(value.size));
}

Node *Values::node(const Value &value, Node::Kind kind)
{
    if (value.kind != Value::Kind::Node || m_nodes[value.node].kind != kind)
        return nullptr;
    return &m_nodes[value.node];
}

const Node *Values::node(const Value &value) const
{
    return value.kind == Value::Kind::Node ? &m_nodes[value.node] : nullptr;
}

std::string Values::shown(const Value &value, std::size_t mostBytes) const
{
    std::string out;
    show(out, value, mostBytes, 0);
    return printable(out, mostBytes);
}

void Values::show(std::string &out, const Value &value, std::size_t mostBytes, int depth) const
{
    if (out.size() > mostBytes)
        return;
    switch (value.kind) {
    case Value::Kind::Unknown:
        out += "?";
        return;
    case Value::Kind::None:
        out += "None";
        return;
    case Value::Kind::Bool:
        out += value.payload ? "True" : "False";
        return;
    case Value::Kind::Int:
        out += std::to_string(value.payload);
        return;
    case Value::Kind::Float:
        out += shortest(std::bit_cast<double>(value.payload));
        return;
    case Value::Kind::Bytes:
        out += "b";
        [[fallthrough]];
    case Value::Kind::Text:
    case Value::Kind::ByteText:
        out += "'";
        out += text(value).substr(0, mostBytes);
        out += "'";
        return;
    case Value::Kind::Node:
        showNode(out, m_nodes[value.node], mostBytes, depth);
    }
}

void Values::showNode(std::string &out, const Node &node, std::size_t mostBytes, int depth) const
{
    if (node.kind == Node::Kind::Name || node.kind == Node::Kind::Outside) {
        out += node.text;
        return;
    }
    if (depth >= kMaxDepth) {
        out += "…";
        return;
    }
    std::size_t first = 0;
    if (node.kind == Node::Kind::Result && !node.items.empty()) {
        show(out, node.items[0], mostBytes, depth + 1);
        first = 1;
    }
    constexpr std::array<std::string_view, 7> kOpen{"(", "[", "{", "{", "", "(", ""},
        kClose{")", "]", "}", "}", "", ")", ""};
    out += kOpen[std::size_t(node.kind)];
    for (std::size_t i = first; i < node.items.size() && out.size() <= mostBytes; ++i) {
        const bool isValue = node.kind == Node::Kind::Dict && i % 2 == 1;
        out += i == first ? "" : isValue ? ": " : ", ";
        show(out, node.items[i], mostBytes, depth + 1);
    }
    out += kClose[std::size_t(node.kind)];
}

} // namespace reslens::audit
