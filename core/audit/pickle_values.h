// The values on an unpickler's stack as far as an audit needs them: texts that may become names, and what a person
// wants to read as a call's arguments.
#pragma once

#include <bit>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace reslens::audit {

struct Value {
    enum class Kind : std::uint8_t {
        Unknown, // what only running the pickle would tell
        None,
        Bool,
        Int,
        Float,
        Text,     // characters; a str in Python
        ByteText, // a str whose characters depend on the encoding that the unpickler was given (Python 2's str)
        Bytes,
        Node,
    };

    Kind kind = Kind::Unknown;
    std::uint32_t node = 0;   // index of a Node, or of a text that Values holds
    std::int64_t payload = 0; // a number, the bits of a Float, or the offset of a text in the pickle
    std::uint64_t size = 0;   // of a text in the pickle
    bool isOwn = false;       // Values holds the text
};

struct Node {
    enum class Kind : std::uint8_t { Tuple, List, Dict, Set, Name, Result, Outside };

    Kind kind;
    std::vector<Value> items; // Dict: key, value, …; Result: what is called, then its arguments
    std::size_t import = 0;   // Name: index in PickleAudit::imports
    std::string text;         // Name: "os.system"; Outside: "persistent id"
};

/// Everything that a pickle has built.
class Values {
public:
    explicit Values(std::string_view pickle) : m_pickle(pickle) {}

    Value textAt(Value::Kind kind, std::uint64_t offset, std::uint64_t size) const;
    Value own(Value::Kind kind, std::string text);
    Value make(Node node);

    bool isText(const Value &value) const
    {
        return value.kind == Value::Kind::Text || value.kind == Value::Kind::ByteText;
    }
    std::string_view text(const Value &value) const; // of Text, ByteText and Bytes
    /// Null unless the value is a node of `kind`.
    Node *node(const Value &value, Node::Kind kind);
    const Node *node(const Value &value) const;
    std::size_t nodeCount() const { return m_nodes.size(); }

    /// As Python would write it, on one line of at most `mostBytes`, and an ellipsis.
    std::string shown(const Value &value, std::size_t mostBytes) const;

private:
    void show(std::string &out, const Value &value, std::size_t mostBytes, int depth) const;
    void showNode(std::string &out, const Node &node, std::size_t mostBytes, int depth) const;

    std::string_view m_pickle;
    std::deque<Node> m_nodes;
    std::deque<std::string> m_texts;
};

} // namespace reslens::audit
