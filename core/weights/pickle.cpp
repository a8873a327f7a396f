#include "weights/pickle.h"

#include "weights/quotes.h"

namespace reslens::weights {

std::string_view Pickle::text(const PickleValue &value) const
{
    return textOf(bytes.subspan(std::size_t(value.payload), value.sizeBytes));
}

const PickleNode *Pickle::node(const PickleValue &value, PickleNode::Kind kind) const
{
    if (value.kind != PickleValue::Kind::Node)
        return nullptr;
    const PickleNode &found = nodes[std::size_t(value.payload)];
    return found.kind == kind ? &found : nullptr;
}

std::string Pickle::globalName(const PickleNode &global) const
{
    return printable(text(global.items[0])) + "." + printable(text(global.items[1]));
}

std::string Pickle::describe(const PickleValue &value) const
{
    using Kind = PickleValue::Kind;
    switch (value.kind) {
    case Kind::None:
        return "None";
    case Kind::Bool:
        return "a truth value";
    case Kind::Int:
    case Kind::LongInt:
    case Kind::Float:
        return "a number";
    case Kind::Text:
        return "text";
    case Kind::Raw:
        return "bytes";
    case Kind::Node:
        break;
    }
    const PickleNode &node = nodes[std::size_t(value.payload)];
    switch (node.kind) {
    case PickleNode::Kind::Tuple:
        return "a tuple";
    case PickleNode::Kind::List:
        return "a list";
    case PickleNode::Kind::Dict:
        return "a dictionary";
    case PickleNode::Kind::Set:
        return "a set";
    case PickleNode::Kind::Global:
        return "the Python name " + globalName(node);
    case PickleNode::Kind::Storage:
        return "a storage";
    case PickleNode::Kind::Tensor:
        return "a tensor";
    case PickleNode::Kind::Object:
        break;
    }
    if (const PickleNode *callable = this->node(node.items[0], PickleNode::Kind::Global))
        return "an object that Python would make with " + globalName(*callable);
    return "an object that only Python code could make";
}

} // namespace reslens::weights
