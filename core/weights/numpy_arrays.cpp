#include "weights/numpy_arrays.h"

#include "error/printable.h"
#include "weights/limits.h"

#include <algorithm>
#include <array>

namespace reslens::weights {

namespace {

using Kind = PickleValue::Kind;
using NodeKind = PickleNode::Kind;

struct ElementType {
    std::string_view name; // NumPy's: kind and bytes
    DType dtype;
};
constexpr ElementType kTypes[] = {{"f2", DType::F16}, {"f4", DType::F32}, {"f8", DType::F64},
                                  {"i8", DType::I64}, {"i4", DType::I32}, {"i2", DType::I16},
                                  {"i1", DType::I8},  {"u1", DType::U8},  {"b1", DType::Bool}};

// NumPy 2 moved its functions to _core.
constexpr std::array<std::string_view, 2> kReconstruct{"numpy.core.multiarray._reconstruct",
                                                       "numpy._core.multiarray._reconstruct"};
constexpr std::array<std::string_view, 2> kFromBuffer{"numpy.core.numeric._frombuffer",
                                                      "numpy._core.numeric._frombuffer"};
constexpr std::array<std::string_view, 3> kOthers{"numpy.dtype", "numpy.ndarray", "_codecs.encode"};

/// An object that is made by calling a named function.
struct Call {
    std::string name;
    const PickleNode *arguments = nullptr; // a tuple
    const PickleValue *state = nullptr;    // that BUILD sets
};

Call callOf(const Pickle &pickle, const PickleValue &value)
{
    const PickleNode *object = pickle.node(value, NodeKind::Object);
    const PickleNode *global = object ? pickle.node(object->items[0], NodeKind::Global) : nullptr;
    if (!global)
        return {};
    return {pickle.globalName(*global), pickle.node(object->items[1], NodeKind::Tuple),
            object->items.size() > 2 ? &object->items[2] : nullptr};
}

bool isOneOf(std::span<const std::string_view> names, std::string_view name)
{
    return std::ranges::find(names, name) != names.end();
}

/// The four parts of an array, wherever its protocol puts them.
struct Parts {
    PickleValue shape, type, data;
    bool isFortranOrder = false;
};

std::optional<Parts> partsOf(const Pickle &pickle, const PickleValue &value)
{
    const Call call = callOf(pickle, value);
    if (isOneOf(kReconstruct, call.name) && call.state) {
        const PickleNode *state = pickle.node(*call.state, NodeKind::Tuple);
        if (!state || state->items.size() < 4 || state->items.size() > 5)
            return std::nullopt;
        const std::size_t first = state->items.size() - 4; // a version stands before
        const auto &items = state->items;
        return Parts{items[first], items[first + 1], items[first + 3], items[first + 2].payload != 0};
    }
    if (isOneOf(kFromBuffer, call.name) && call.arguments && call.arguments->items.size() == 4) {
        const auto &items = call.arguments->items; // buffer, dtype, shape, order
        return Parts{items[2], items[1], items[0], items[3].isText() && pickle.text(items[3]) == "F"};
    }
    return std::nullopt;
}

struct Elements {
    DType dtype;
    bool isBigEndian;
};

/// numpy.dtype('f4', False, True) with the state (3, '<', ...).
std::optional<Elements> elementsOf(const Pickle &pickle, const PickleValue &type)
{
    const Call call = callOf(pickle, type);
    if (call.name != "numpy.dtype" || !call.arguments || call.arguments->items.empty() ||
        !call.arguments->items[0].isText())
        return std::nullopt;
    const auto found = std::ranges::find(kTypes, pickle.text(call.arguments->items[0]), &ElementType::name);
    if (found == std::end(kTypes))
        return std::nullopt;
    const PickleNode *state = call.state ? pickle.node(*call.state, NodeKind::Tuple) : nullptr;
    const bool hasOrder = state && state->items.size() > 1 && state->items[1].isText();
    return Elements{found->dtype, hasOrder && pickle.text(state->items[1]) == ">"};
}

/// UTF-8 of characters up to U+00FF, back to bytes; empty if there are others.
std::optional<std::vector<std::byte>> fromLatin1(std::string_view text)
{
    std::vector<std::byte> bytes;
    bytes.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto first = static_cast<unsigned char>(text[i]);
        if (first < 0x80) {
            bytes.push_back(std::byte(first));
            continue;
        }
        if ((first != 0xC2 && first != 0xC3) || ++i == text.size() ||
            (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80)
            return std::nullopt;
        bytes.push_back(std::byte((first << 6 & 0xC0) | (static_cast<unsigned char>(text[i]) & 0x3F)));
    }
    return bytes;
}

/// Bytes as they stand, or as protocol 2 writes them: _codecs.encode(text, 'latin1'). Python 2's are a text.
std::optional<std::vector<std::byte>> bytesOf(const Pickle &pickle, const PickleValue &data)
{
    if (data.kind == Kind::Raw || data.isText()) {
        const auto bytes = std::as_bytes(std::span(pickle.text(data)));
        return std::vector(bytes.begin(), bytes.end());
    }
    const Call call = callOf(pickle, data);
    if (call.name == "_codecs.encode" && call.arguments && !call.arguments->items.empty() &&
        call.arguments->items[0].isText())
        return fromLatin1(pickle.text(call.arguments->items[0]));
    return std::nullopt;
}

void swapBytes(std::vector<std::byte> &bytes, std::size_t elementBytes)
{
    for (std::size_t at = 0; at + elementBytes <= bytes.size(); at += elementBytes)
        std::reverse(bytes.begin() + std::ptrdiff_t(at), bytes.begin() + std::ptrdiff_t(at + elementBytes));
}

} // namespace

bool isArrayFunction(std::string_view name)
{
    return isOneOf(kReconstruct, name) || isOneOf(kFromBuffer, name) || isOneOf(kOthers, name);
}

bool isNumpyArray(const Pickle &pickle, const PickleValue &value)
{
    return partsOf(pickle, value).has_value();
}

Result<std::optional<StoredTensor>> numpyTensor(const Pickle &pickle, const PickleValue &array,
                                                const std::string &subject, const std::string &key)
{
    const std::string what = "the array " + inQuotes(key) + " ";
    const std::optional<Parts> parts = partsOf(pickle, array);
    const auto elements = parts ? elementsOf(pickle, parts->type) : std::nullopt;
    if (!elements)
        return std::nullopt;
    const PickleNode *extents = pickle.node(parts->shape, NodeKind::Tuple);
    if (!extents || !std::ranges::all_of(extents->items, [](const PickleValue &item) { return item.isInt(); }))
        return fail(ErrorKind::Malformed, subject, what + "has a shape that is no tuple of whole numbers");
    if (extents->items.size() > kMaxRank)
        return fail(ErrorKind::Limit, subject,
                    what + "has " + std::to_string(extents->items.size()) + " dimensions; at most " +
                        std::to_string(kMaxRank) + " are accepted");
    StoredTensor tensor;
    tensor.dtype = elements->dtype;
    for (const PickleValue &extent : extents->items)
        tensor.shape.push_back(extent.payload);
    const bool isNegative = std::ranges::any_of(tensor.shape, [](std::int64_t extent) { return extent < 0; });
    const auto count = isNegative ? std::nullopt : checkedCount(tensor.shape);
    const auto needed = count ? checkedMultiply(*count, sizeBytes(tensor.dtype)) : std::nullopt;
    auto bytes = bytesOf(pickle, parts->data);
    if (!needed || !bytes || bytes->size() != *needed)
        return fail(ErrorKind::Malformed, subject,
                    what + "of shape " + shapeText(tensor.shape) + " has " +
                        (bytes ? std::to_string(bytes->size()) + " bytes" : std::string("no bytes")) +
                        (needed ? "; " + std::to_string(*needed) + " are expected" : std::string()));
    if (elements->isBigEndian)
        swapBytes(*bytes, sizeBytes(tensor.dtype));
    if (parts->isFortranOrder && tensor.shape.size() > 1) {
        std::int64_t stride = 1;
        for (const std::int64_t extent : tensor.shape) {
            tensor.strides.push_back(stride);
            stride *= std::max<std::int64_t>(extent, 1);
        }
    }
    auto owned = std::make_shared<const std::vector<std::byte>>(std::move(*bytes));
    tensor.bytes = *owned;
    tensor.owner = std::move(owned);
    return tensor;
}

} // namespace reslens::weights
