#include "weights/torch_tensor.h"

#include "weights/checked_size.h"
#include "weights/quotes.h"

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

/// Strides as row-major order would have them; those of axes with one element mean nothing.
bool isContiguous(const std::vector<std::int64_t> &shape, const std::vector<std::int64_t> &strides)
{
    const std::vector<std::int64_t> expected = contiguousStrides(shape);
    for (std::size_t axis = 0; axis < shape.size(); ++axis)
        if (shape[axis] != 1 && strides[axis] != expected[axis])
            return false;
    return true;
}

/// No two indices name the same element: by growing stride, each axis steps over everything within it.
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

/// Elements from the first to one past the last; nothing where that does not fit 64 bits. `shape` has no zero.
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

Result<std::optional<StoredTensor>> torchTensor(const Pickle &pickle, const PickleNode &tensor, const FindStorage &find,
                                                const std::string &subject, const std::string &key)
{
    const TorchStorage storage = torchStorage(pickle, *pickle.node(tensor.items[0], PickleNode::Kind::Storage));
    if (!storage.dtype)
        return std::nullopt;
    const auto layout = checkedLayout(pickle, tensor, storage, subject, "tensor " + inQuotes(key) + " ");
    if (!layout)
        return tl::unexpected(layout.error());
    auto bytes = find(storage);
    if (!bytes) {
        bytes.error().problem.insert(0, "tensor " + inQuotes(key) + ": ");
        return tl::unexpected(bytes.error());
    }
    StoredTensor result;
    result.dtype = *storage.dtype;
    result.shape = layout->shape;
    if (!isContiguous(layout->shape, layout->strides))
        result.strides = layout->strides;
    result.bytes = bytes->subspan(layout->first * *storage.elementBytes, layout->extent * *storage.elementBytes);
    return result;
}

} // namespace reslens::weights
