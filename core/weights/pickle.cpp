#include "weights/pickle.h"

#include "error/printable.h"

#include <algorithm>
#include <array>

namespace reslens::weights {

namespace {

struct Row {
    std::string_view module, name;
    KnownGlobal known;
};

constexpr std::array<Row, 5> kFunctions{{
    {"collections", "OrderedDict", KnownGlobal::OrderedDict},
    {"torch._utils", "_rebuild_tensor", KnownGlobal::RebuildTensor},
    {"torch._utils", "_rebuild_tensor_v2", KnownGlobal::RebuildTensorV2},
    {"torch._utils", "_rebuild_parameter", KnownGlobal::RebuildParameter},
    {"torch", "Size", KnownGlobal::Size},
}};

constexpr std::array<std::string_view, 15> kDTypes{"float32", "float16", "bfloat16", "float64",   "float",
                                                   "half",    "double",  "int64",    "int32",     "int16",
                                                   "int8",    "uint8",   "bool",     "complex64", "complex128"};

bool isTorchStorage(std::string_view name)
{
    return name.ends_with("Storage") && std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
           });
}

} // namespace

KnownGlobal knownGlobal(std::string_view module, std::string_view name)
{
    for (const Row &row : kFunctions)
        if (module == row.module && name == row.name)
            return row.known;
    if (module == "torch" && isTorchStorage(name))
        return KnownGlobal::Storage;
    if (module == "torch" && std::find(kDTypes.begin(), kDTypes.end(), name) != kDTypes.end())
        return KnownGlobal::DType;
    return KnownGlobal::None;
}

bool isLayerClass(std::string_view name)
{
    if (name.starts_with("__torch__."))
        return true;
    for (const std::string_view package : {"torch.nn.modules.", "torchvision.models."}) {
        if (!name.starts_with(package))
            continue;
        const std::string_view rest = name.substr(package.size());
        const std::size_t dot = rest.find('.');
        return dot != std::string_view::npos && dot + 1 < rest.size() && rest[dot + 1] >= 'A' && rest[dot + 1] <= 'Z' &&
               rest.find('.', dot + 1) == std::string_view::npos;
    }
    return false;
}

void ForeignGlobals::add(const std::string &name, bool isCalled)
{
    const auto [at, isNew] = m_index.try_emplace(name, m_all.size());
    if (isNew)
        m_all.push_back({name, isCalled});
    m_all[at->second].isCalled = m_all[at->second].isCalled || isCalled;
}

void ForeignGlobals::add(const ForeignGlobals &others)
{
    for (const ForeignGlobal &global : others.m_all)
        add(global.name, global.isCalled);
}

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
    constexpr std::size_t kMostBytes = 120;
    return printable(text(global.items[0]), kMostBytes) + "." + printable(text(global.items[1]), kMostBytes);
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
