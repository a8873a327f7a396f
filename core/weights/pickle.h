// A Python pickle as inert data: numbers, text, containers, named globals, and the parts of PyTorch's tensors. Nothing
// is ever called; an unknown global stays a name. Source: CPython's pickletools.py, protocols 2 to 5.
#pragma once

#include "weights/limits.h"
#include "weights/source.h"

#include <bit>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace reslens::weights {

struct PickleValue {
    enum class Kind : std::uint8_t { None, Bool, Int, LongInt, Float, Text, Raw, Node };

    Kind kind = Kind::None;
    std::uint32_t sizeBytes = 0; // of LongInt, Text and Raw (bytes)
    std::int64_t payload = 0;    // number; bits of a float; offset of LongInt, Text, Raw; index of a Node

    bool isInt() const { return kind == Kind::Int; }
    bool isText() const { return kind == Kind::Text; }
    double real() const { return std::bit_cast<double>(payload); }
};

/// The globals in a state dict.
enum class KnownGlobal : std::uint8_t {
    None,             // any other global: foreign
    OrderedDict,      // collections.OrderedDict
    RebuildTensor,    // torch._utils._rebuild_tensor
    RebuildTensorV2,  // torch._utils._rebuild_tensor_v2
    RebuildParameter, // torch._utils._rebuild_parameter
    Size,             // torch.Size
    Storage,          // torch.FloatStorage, ...
    DType,            // torch.float32, ...
};

struct PickleNode {
    enum class Kind : std::uint8_t {
        Tuple,
        List,
        Dict, // items: key, value, key, value, ...
        Set,
        Global,  // items: module, name (both text)
        Object,  // items: callable, arguments, and its state if BUILD gave one
        Storage, // items: type (a Global), key (text), element count (int)
        Tensor,  // items: Storage, offset in elements (int), sizes (tuple), strides (tuple)
    };

    Kind kind;
    KnownGlobal known = KnownGlobal::None; // only for a Global
    std::uint8_t depth = 1;                // depth of nesting; 1 for a node that contains no other
    std::vector<PickleValue> items;
};

struct ForeignGlobal {
    std::string name; // "os.system"
    bool isCalled;    // false: only imported
};

/// Foreign globals in order of appearance, each once.
class ForeignGlobals {
public:
    void add(const std::string &name, bool isCalled);
    void add(const ForeignGlobals &others);
    const std::vector<ForeignGlobal> &all() const { return m_all; }

private:
    std::vector<ForeignGlobal> m_all;
    std::map<std::string, std::size_t, std::less<>> m_index;
};

struct Pickle {
    Bytes bytes;             // the pickle itself; text values point into it
    std::uint64_t start = 0; // its offset in the file
    std::deque<PickleNode> nodes;
    ForeignGlobals foreignGlobals;
    PickleValue root;

    std::string_view text(const PickleValue &value) const; // of Text, Raw, LongInt
    /// The node that `value` refers to; null unless it is one of `kind`.
    const PickleNode *node(const PickleValue &value, PickleNode::Kind kind) const;
    std::string globalName(const PickleNode &global) const; // "torch.FloatStorage"
    /// Describes a value for messages: "a number", "an object of argparse.Namespace".
    std::string describe(const PickleValue &value) const;
};

KnownGlobal knownGlobal(std::string_view module, std::string_view name);

/// True for "torch.nn.modules.conv.Conv2d", "torchvision.models.resnet.ResNet" and what a TorchScript program compiles,
/// which Python cannot import. A longer name could reach any function: "torch.nn.modules.module.functools.partial".
bool isLayerClass(std::string_view name);

/// Reads the pickle at the beginning of `bytes`, which is byte `start` of the file and has at most `limit` bytes.
/// Errors: Malformed, Limit, Unsupported (an opcode of another protocol), each with the byte offset of the opcode.
Result<Pickle> readPickle(Bytes bytes, std::uint64_t start, const std::string &subject,
                          std::uint64_t limit = kMaxPickleBytes);

} // namespace reslens::weights
