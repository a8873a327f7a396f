#include "weights/torch_state_dict.h"

#include "error/printable.h"
#include "weights/limits.h"
#include "weights/naming_styles.h"
#include "weights/numpy_arrays.h"
#include "weights/pickled_tensors.h"

#include <algorithm>
#include <array>

namespace reslens::weights {

namespace {

struct StorageType {
    std::string_view name;
    std::size_t elementBytes;
    std::optional<DType> dtype;
};

constexpr std::array<StorageType, 15> kTypes{{{"FloatStorage", 4, DType::F32},
                                              {"HalfStorage", 2, DType::F16},
                                              {"BFloat16Storage", 2, DType::BF16},
                                              {"DoubleStorage", 8, DType::F64},
                                              {"LongStorage", 8, DType::I64},
                                              {"IntStorage", 4, DType::I32},
                                              {"ShortStorage", 2, DType::I16},
                                              {"CharStorage", 1, DType::I8},
                                              {"ByteStorage", 1, DType::U8},
                                              {"BoolStorage", 1, DType::Bool},
                                              {"ComplexFloatStorage", 8, std::nullopt},
                                              {"ComplexDoubleStorage", 16, std::nullopt},
                                              {"QInt8Storage", 1, std::nullopt},
                                              {"QUInt8Storage", 1, std::nullopt},
                                              {"QInt32Storage", 4, std::nullopt}}};

std::vector<std::int64_t> extents(const Pickle &pickle, const PickleValue &tuple)
{
    std::vector<std::int64_t> values;
    for (const PickleValue &item : pickle.node(tuple, PickleNode::Kind::Tuple)->items)
        values.push_back(item.payload);
    return values;
}

std::vector<std::int64_t> contiguousStrides(const std::vector<std::int64_t> &shape)
{
    std::vector<std::int64_t> strides(shape.size(), 1);
    for (std::size_t axis = shape.size(); axis-- > 1;)
        strides[axis - 1] = strides[axis] * shape[axis];
    return strides;
}

/// Compares the strides with row-major ones; strides of axes with one element are ignored.
bool isContiguous(const std::vector<std::int64_t> &shape, const std::vector<std::int64_t> &strides)
{
    const std::vector<std::int64_t> expected = contiguousStrides(shape);
    for (std::size_t axis = 0; axis < shape.size(); ++axis)
        if (shape[axis] != 1 && strides[axis] != expected[axis])
            return false;
    return true;
}

/// True if no two indices name the same element: in order of growing stride, each axis steps over everything within it.
bool isWithoutOverlap(const std::vector<std::int64_t> &shape, const std::vector<std::int64_t> &strides)
{
    std::vector<std::size_t> axes;
    for (std::size_t axis = 0; axis < shape.size(); ++axis)
        if (shape[axis] != 1)
            axes.push_back(axis);
    std::sort(axes.begin(), axes.end(), [&](auto a, auto b) { return strides[a] < strides[b]; });
    std::uint64_t inner = 1;
    for (const std::size_t axis : axes) {
        if (std::uint64_t(strides[axis]) < inner)
            return false;
        const auto next = checkedMultiply(std::uint64_t(strides[axis]), std::uint64_t(shape[axis]));
        if (!next)
            return false;
        inner = *next;
    }
    return true;
}

/// The number of elements from the first to one past the last; empty if it does not fit 64 bits. `shape` has no zero.
std::optional<std::uint64_t> extent(const std::vector<std::int64_t> &shape, const std::vector<std::int64_t> &strides)
{
    std::uint64_t last = 0;
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
        const auto reach = checkedMultiply(std::uint64_t(shape[axis] - 1), std::uint64_t(strides[axis]));
        const auto sum = reach ? checkedAdd(last, *reach) : std::nullopt;
        if (!sum)
            return std::nullopt;
        last = *sum;
    }
    return checkedAdd(last, 1);
}

struct Layout {
    std::uint64_t first = 0, extent = 0; // elements of the storage
    std::vector<std::int64_t> shape, strides;
};

Result<Layout> checkedLayout(const Pickle &pickle, const PickleNode &tensor, const TorchStorage &storage,
                             const std::string &subject, const std::string &what)
{
    Layout layout{0, 0, extents(pickle, tensor.items[2]), extents(pickle, tensor.items[3])};
    const std::string shape = shapeText(layout.shape), strides = shapeText(layout.strides);
    const auto isNegative = [](std::int64_t value) { return value < 0; };
    if (layout.shape.size() != layout.strides.size() || tensor.items[1].payload < 0 ||
        std::any_of(layout.shape.begin(), layout.shape.end(), isNegative) ||
        std::any_of(layout.strides.begin(), layout.strides.end(), isNegative))
        return fail(ErrorKind::Malformed, subject,
                    what + "has a negative or missing extent: shape " + shape + ", strides " + strides);
    const auto count = checkedCount(layout.shape);
    if (!count)
        return fail(ErrorKind::Malformed, subject, what + "has a shape too large to count: " + shape);
    layout.first = std::uint64_t(tensor.items[1].payload);
    const auto needed = *count == 0 ? std::optional<std::uint64_t>(0) : extent(layout.shape, layout.strides);
    const auto end = needed ? checkedAdd(layout.first, *needed) : std::nullopt;
    if (!end || *end > storage.count)
        return fail(ErrorKind::Malformed, subject,
                    what + "of shape " + shape + ", strides " + strides + " and offset " +
                        std::to_string(layout.first) + " reaches beyond its storage of " +
                        std::to_string(storage.count) + " elements");
    if (*count > 0 && !isWithoutOverlap(layout.shape, layout.strides))
        return fail(ErrorKind::Malformed, subject,
                    what + "of shape " + shape + " and strides " + strides + " uses elements more than once");
    layout.extent = *needed;
    return layout;
}

} // namespace

TorchStorage torchStorage(const Pickle &pickle, const PickleNode &storage)
{
    const PickleNode &type = *pickle.node(storage.items[0], PickleNode::Kind::Global);
    TorchStorage result;
    result.typeName = pickle.globalName(type);
    result.key = pickle.text(storage.items[1]);
    result.count = std::uint64_t(storage.items[2].payload);
    const std::string_view module = pickle.text(type.items[0]), name = pickle.text(type.items[1]);
    for (const StorageType &row : kTypes)
        if (module == "torch" && name == row.name) {
            result.dtype = row.dtype;
            result.elementBytes = row.elementBytes;
        }
    return result;
}

namespace {

/// The tensor in place; empty if we do not use its dtype. Errors: Malformed (extent outside the storage, overlapping
/// elements), Mismatch between storage and file, as `find` reports it.
Result<std::optional<StoredTensor>> torchTensor(const Pickle &pickle, const PickleNode &tensor, const FindStorage &find,
                                                const std::string &subject, const std::string &key)
{
    const TorchStorage storage = torchStorage(pickle, *pickle.node(tensor.items[0], PickleNode::Kind::Storage));
    if (!storage.dtype)
        return std::nullopt;
    Layout layout = TRY(checkedLayout(pickle, tensor, storage, subject, "tensor " + inQuotes(key) + " "));
    const auto whole = find(storage);
    if (!whole) {
        const Error &error = whole.error();
        return fail(error.kind, error.subject, "tensor " + inQuotes(key) + ": " + error.problem, error.offset);
    }
    StoredTensor result;
    result.dtype = *storage.dtype;
    whole->part(layout.first * *storage.elementBytes, layout.extent * *storage.elementBytes).giveTo(result);
    if (!isContiguous(layout.shape, layout.strides))
        result.strides = std::move(layout.strides);
    result.shape = std::move(layout.shape);
    return result;
}

using NodeKind = PickleNode::Kind;

std::string keysOf(const Pickle &pickle, const PickleNode &dict)
{
    constexpr std::size_t kMaxShown = 8;
    std::string text;
    for (std::size_t i = 0; i + 1 < dict.items.size() && i < 2 * kMaxShown; i += 2)
        text += (i ? ", " : "") + (dict.items[i].isText() ? inQuotes(pickle.text(dict.items[i])) : "a number");
    return text.empty() ? "nothing" : dict.items.size() > 2 * kMaxShown ? text + ", …" : text;
}

KeysOfDictionary keysIn(const TensorDict &dict)
{
    KeysOfDictionary keys{dict.path, {}};
    for (const auto &[key, tensor] : dict.tensors)
        keys.keys.push_back(key);
    for (const auto &[key, value] : dict.others)
        keys.keys.push_back(key);
    return keys;
}

/// Chooses the dictionary that holds the residual network. Without any it is the largest dictionary, whose names tell
/// what the file holds instead.
Result<TensorDict> chosenDict(const Pickle &pickle, const ReadOptions &options, Checkpoint &checkpoint)
{
    const std::string &subject = checkpoint.path;
    std::vector<TensorDict> dicts = TRY(tensorDictsIn(pickle, subject));
    if (dicts.empty()) {
        const PickleNode *dict = pickle.node(pickle.root, NodeKind::Dict);
        return fail(ErrorKind::Unsupported, subject,
                    dict ? "holds no state dict: the dictionary in it has " + keysOf(pickle, *dict)
                         : "holds " + pickle.describe(pickle.root) + " where a state dict is expected");
    }
    std::vector<KeysOfDictionary> keys;
    std::ranges::transform(dicts, std::back_inserter(keys), keysIn);
    checkpoint.networks = networksOf(keys);
    checkpoint.network = TRY(chooseNetwork(checkpoint.networks, options.network, subject));
    if (checkpoint.networks.empty())
        return std::move(
            *std::ranges::max_element(dicts, {}, [](const TensorDict &dict) { return dict.tensors.size(); }));
    const std::string &path = checkpoint.networks[checkpoint.network].dictionary;
    std::size_t unused = 0; // tensors in dictionaries without a network
    for (const TensorDict &dict : dicts)
        if (std::ranges::none_of(checkpoint.networks, [&](auto &network) { return network.dictionary == dict.path; }))
            unused += dict.tensors.size();
    if (const std::string note = choiceNote(checkpoint.networks, checkpoint.network); !note.empty())
        checkpoint.notes.push_back(note);
    if (unused > 0)
        checkpoint.notes.push_back(std::to_string(unused) + (unused == 1
                                                                 ? " further tensor in the file is not used"
                                                                 : " further tensors in the file are not used"));
    return std::move(*std::ranges::find(dicts, path, &TensorDict::path));
}

/// The offset of a tensor's bytes, in the file or in memory, and their number.
std::pair<std::uint64_t, std::uint64_t> rangeOf(const StoredTensor &tensor)
{
    if (tensor.file)
        return {tensor.fileOffset, tensor.fileBytes};
    return {reinterpret_cast<std::uintptr_t>(tensor.bytes.data()), tensor.bytes.size()};
}

/// Checks that tensors share bytes only if they share all of them (tied weights).
Result<void> checkAliases(const Checkpoint &checkpoint, const std::string &subject)
{
    using Range = std::pair<std::uint64_t, std::uint64_t>;
    std::vector<std::pair<Range, const std::string *>> inOrder;
    for (const auto &[name, tensor] : checkpoint.tensors)
        if (const Range range = rangeOf(tensor); range.second > 0)
            inOrder.emplace_back(range, &name);
    std::ranges::sort(inOrder, {}, [](const auto &entry) { return entry.first; });
    for (std::size_t i = 1; i < inOrder.size(); ++i) {
        const auto &[a, nameA] = inOrder[i - 1];
        const auto &[b, nameB] = inOrder[i];
        if (a != b && a.first + a.second > b.first)
            return fail(ErrorKind::Malformed, subject,
                        "tensors " + inQuotes(*nameA) + " and " + inQuotes(*nameB) + " overlap in part");
    }
    return {};
}

/// Arrays are copied out of the pickle, so that one which many entries name would take its size many times.
Result<void> addArray(Checkpoint &checkpoint, const Pickle &pickle, const std::string &key, const PickleValue &value,
                      std::size_t &arrayBytes)
{
    auto tensor = TRY(numpyTensor(pickle, value, checkpoint.path, key));
    if (!tensor) {
        checkpoint.inertEntries[key] = "a NumPy array of elements that no tensor has";
        return {};
    }
    arrayBytes += tensor->bytes.size();
    if (arrayBytes > pickle.bytes.size())
        return fail(ErrorKind::Limit, checkpoint.path, "its arrays have more bytes than the pickle that holds them");
    checkpoint.tensors.emplace(key, std::move(*tensor));
    return {};
}

Result<void> addEntry(Checkpoint &checkpoint, const Pickle &pickle, const std::string &key, const PickleValue &value,
                      const FindStorage &find, std::size_t &arrayBytes)
{
    if (isNumpyArray(pickle, value))
        return addArray(checkpoint, pickle, key, value, arrayBytes);
    const PickleNode *node = pickle.node(value, NodeKind::Tensor);
    if (!node) {
        checkpoint.inertEntries[key] = pickle.describe(value);
        return {};
    }
    if (auto tensor = TRY(torchTensor(pickle, *node, find, checkpoint.path, key))) {
        if (!checkpoint.tensors.emplace(key, std::move(*tensor)).second)
            return fail(ErrorKind::Malformed, checkpoint.path, "the module has the tensor " + inQuotes(key) + " twice");
        return {};
    }
    const PickleNode &storage = *pickle.node(node->items[0], NodeKind::Storage);
    checkpoint.inertEntries[key] = "a tensor in a " + torchStorage(pickle, storage).typeName;
    return {};
}

void noteForeignGlobals(Checkpoint &checkpoint, const Pickle &pickle)
{
    constexpr std::size_t kMaxNotes = 32;
    std::vector<std::string> notes;
    std::string modules, arrays;
    for (const ForeignGlobal &global : pickle.foreignGlobals.all()) {
        checkpoint.foreignGlobals.push_back(global.name);
        if (isArrayFunction(global.name))
            arrays += (arrays.empty() ? "" : ", ") + global.name;
        else if (isLayerClass(global.name))
            modules += (modules.empty() ? "" : ", ") + global.name;
        else
            notes.push_back("in Python this file would " + std::string(global.isCalled ? "call " : "import ") +
                            global.name + "; here it stays inert");
    }
    if (!arrays.empty())
        notes.insert(notes.begin(),
                     "in Python this file would call NumPy to make arrays, which are read as data here: " + arrays);
    if (!modules.empty())
        notes.insert(notes.begin(),
                     "in Python this file would make objects of classes of layers, which stay inert here: " + modules);
    if (notes.size() > kMaxNotes) {
        const std::string rest = std::to_string(notes.size() - kMaxNotes);
        notes.resize(kMaxNotes);
        notes.push_back("in Python this file would load " + rest + " further names; here they stay inert");
    }
    checkpoint.notes.insert(checkpoint.notes.end(), notes.begin(), notes.end());
}

} // namespace

Result<Checkpoint> torchCheckpoint(const Pickle &pickle, const FindStorage &find, const std::string &name,
                                   const ReadOptions &options)
{
    Checkpoint checkpoint;
    checkpoint.path = name;
    TensorDict dict = TRY(chosenDict(pickle, options, checkpoint));
    checkpoint.modules = std::move(dict.modules);
    checkpoint.classNames = classNamesIn(pickle);
    noteForeignGlobals(checkpoint, pickle);
    if (dict.tensors.size() + dict.others.size() > kMaxTensors)
        return fail(ErrorKind::Limit, name, "the state dict has more than " + std::to_string(kMaxTensors) + " entries");
    std::size_t arrayBytes = 0;
    for (const auto *entries : {&dict.tensors, &dict.others})
        for (const auto &[key, value] : *entries)
            TRY(addEntry(checkpoint, pickle, key, value, find, arrayBytes));
    TRY(checkAliases(checkpoint, name));
    return checkpoint;
}

} // namespace reslens::weights
