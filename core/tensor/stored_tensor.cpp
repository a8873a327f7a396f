#include "tensor/stored_tensor.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace reslens {

namespace {

template <typename T>
T read(const std::byte *at)
{
    T value;
    std::memcpy(&value, at, sizeof value); // files do not align their tensors
    return value;
}

using Decode = float (*)(const std::byte *);

struct DTypeInfo {
    const char *name;
    std::size_t sizeBytes;
    Decode decode;
};

// In the order of the enum.
constexpr DTypeInfo kDTypes[] = {
    {"F32", 4, [](const std::byte *p) { return read<float>(p); }},
    {"F16", 2, [](const std::byte *p) { return halfToFloat(read<std::uint16_t>(p)); }},
    {"BF16", 2, [](const std::byte *p) { return bfloat16ToFloat(read<std::uint16_t>(p)); }},
    {"F64", 8, [](const std::byte *p) { return float(read<double>(p)); }},
    {"I64", 8, [](const std::byte *p) { return float(read<std::int64_t>(p)); }},
    {"I32", 4, [](const std::byte *p) { return float(read<std::int32_t>(p)); }},
    {"I16", 2, [](const std::byte *p) { return float(read<std::int16_t>(p)); }},
    {"I8", 1, [](const std::byte *p) { return float(read<std::int8_t>(p)); }},
    {"U8", 1, [](const std::byte *p) { return float(read<std::uint8_t>(p)); }},
    {"Bool", 1, [](const std::byte *p) { return read<std::uint8_t>(p) ? 1.0f : 0.0f; }},
};

const DTypeInfo &info(DType dtype)
{
    return kDTypes[static_cast<std::size_t>(dtype)];
}

bool isContiguous(const StoredTensor &tensor)
{
    std::int64_t expected = 1;
    for (std::size_t axis = tensor.strides.size(); axis-- > 0;) {
        if (tensor.shape[axis] != 1 && tensor.strides[axis] != expected)
            return false;
        expected *= tensor.shape[axis];
    }
    return true;
}

/// Decodes the contiguous elements at `at`.
void decodeAll(DType dtype, const std::byte *at, std::span<float> values)
{
    if (dtype == DType::F32) {
        std::memcpy(values.data(), at, values.size_bytes());
        return;
    }
    const auto [typeName, elementBytes, decode] = info(dtype);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = decode(at + i * elementBytes);
}

/// Decodes from a file in pieces, so that the raw bytes of a large tensor need no room of their own.
void decodeFile(const StoredTensor &tensor, std::span<float> values)
{
    constexpr std::size_t kPiece = 16'384; // elements
    const std::size_t elementBytes = sizeBytes(tensor.dtype);
    std::vector<std::byte> raw(std::min(kPiece, values.size()) * elementBytes);
    for (std::size_t done = 0; done < values.size(); done += kPiece) {
        const std::span<float> piece = values.subspan(done, std::min(kPiece, values.size() - done));
        tensor.file->read(tensor.fileOffset + done * elementBytes, std::span(raw).first(piece.size() * elementBytes));
        decodeAll(tensor.dtype, raw.data(), piece);
    }
}

/// Decodes a tensor with strides, whose bytes begin at `at`.
void decodeStrided(const StoredTensor &tensor, const std::byte *at, std::span<float> values)
{
    const auto [typeName, elementBytes, decode] = info(tensor.dtype);
    std::vector<std::int64_t> index(tensor.shape.size(), 0);
    for (float &value : values) {
        std::int64_t offset = 0;
        for (std::size_t axis = 0; axis < index.size(); ++axis)
            offset += index[axis] * tensor.strides[axis];
        value = decode(at + static_cast<std::size_t>(offset) * elementBytes);
        for (std::size_t axis = index.size(); axis-- > 0 && ++index[axis] == tensor.shape[axis];)
            index[axis] = 0;
    }
}

} // namespace

std::size_t sizeBytes(DType dtype)
{
    return info(dtype).sizeBytes;
}
std::string name(DType dtype)
{
    return info(dtype).name;
}

std::int64_t StoredTensor::count() const
{
    std::int64_t product = 1;
    for (const std::int64_t extent : shape)
        product *= extent;
    return product;
}

std::vector<float> StoredTensor::toFloats() const
{
    std::vector<float> values(static_cast<std::size_t>(count()));
    if (values.empty()) // memcpy must not get the null pointers of an empty tensor
        return values;
    if (!isContiguous(*this)) {
        std::vector<std::byte> raw(fileBytes);
        if (file)
            file->read(fileOffset, raw);
        decodeStrided(*this, file ? raw.data() : bytes.data(), values);
    } else if (!file) {
        decodeAll(dtype, bytes.data(), values);
    } else if (dtype == DType::F32) {
        file->read(fileOffset, std::as_writable_bytes(std::span(values)));
    } else {
        decodeFile(*this, values);
    }
    return values;
}

std::optional<std::span<const float>> StoredTensor::floatsInPlace() const
{
    const bool isAligned = reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(float) == 0;
    if (file || dtype != DType::F32 || !isAligned || !isContiguous(*this))
        return std::nullopt;
    return std::span(reinterpret_cast<const float *>(bytes.data()), static_cast<std::size_t>(count()));
}

std::string shapeText(std::span<const std::int64_t> shape)
{
    std::string text = "[";
    for (std::size_t axis = 0; axis < shape.size(); ++axis)
        text += (axis ? ", " : "") + std::to_string(shape[axis]);
    return text + "]";
}

StoredTensor storeFloats(std::vector<std::int64_t> shape, std::vector<float> values)
{
    const auto owner = std::make_shared<const std::vector<float>>(std::move(values));
    StoredTensor tensor;
    tensor.shape = std::move(shape);
    tensor.bytes = std::as_bytes(std::span(*owner));
    tensor.owner = owner;
    return tensor;
}

float halfToFloat(std::uint16_t bits)
{
    const std::uint32_t sign = std::uint32_t(bits & 0x8000u) << 16;
    const std::uint32_t exponent = (bits >> 10) & 0x1fu, mantissa = bits & 0x3ffu;
    if (exponent == 0) { // zero and subnormals: mantissa * 2^-24
        const float magnitude = float(mantissa) * 0x1p-24f;
        return sign ? -magnitude : magnitude;
    }
    const std::uint32_t exponent32 = exponent == 31 ? 255u : exponent + 112u;
    return std::bit_cast<float>(sign | exponent32 << 23 | mantissa << 13);
}

std::uint16_t floatToHalf(float value)
{
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t sign = (bits >> 16) & 0x8000u, magnitude = bits & 0x7fffffffu;
    const auto signedBits = [sign](std::uint32_t half) { return std::uint16_t(sign | half); };
    constexpr std::uint32_t kInfinity = 0x7f800000u, kTooLarge = 0x47800000u, kSmallestNormal = 0x38800000u;
    if (magnitude >= kTooLarge) // 2^16 and more, and NaN
        return signedBits(magnitude > kInfinity ? 0x7e00u : 0x7c00u);
    if (magnitude < kSmallestNormal) // a subnormal, in units of 2^-24, which are those of floats from 0.5 to 1
        return signedBits(std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) + 0.5f) - 0x3f000000u);
    const std::uint32_t rebased = magnitude - (112u << 23);
    return signedBits((rebased + 0xfffu + ((rebased >> 13) & 1u)) >> 13);
}

float bfloat16ToFloat(std::uint16_t bits)
{
    return std::bit_cast<float>(std::uint32_t(bits) << 16);
}

} // namespace reslens
