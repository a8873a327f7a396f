#include "tensor/stored_tensor.h"

#include <bit>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

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
    if (values.empty()) // nothing to copy, and memcpy may not be given the null pointers of an empty tensor
        return values;
    const auto [typeName, elementBytes, decode] = info(dtype);
    if (isContiguous(*this)) {
        if (dtype == DType::F32) {
            std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
            return values;
        }
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = decode(bytes.data() + i * elementBytes);
        return values;
    }
    std::vector<std::int64_t> at(shape.size(), 0);
    for (float &value : values) {
        std::int64_t offset = 0;
        for (std::size_t axis = 0; axis < at.size(); ++axis)
            offset += at[axis] * strides[axis];
        value = decode(bytes.data() + static_cast<std::size_t>(offset) * elementBytes);
        for (std::size_t axis = at.size(); axis-- > 0 && ++at[axis] == shape[axis];)
            at[axis] = 0;
    }
    return values;
}

std::optional<std::span<const float>> StoredTensor::floatsInPlace() const
{
    const bool isAligned = reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(float) == 0;
    if (dtype != DType::F32 || !isAligned || !isContiguous(*this))
        return std::nullopt;
    return std::span(reinterpret_cast<const float *>(bytes.data()), static_cast<std::size_t>(count()));
}

void StoredTensor::forget() const
{
    if (!isFileMapping || bytes.empty())
        return; // of other memory the content would be lost
    // Whole pages: what a neighbour loses with them, it reads from the file again.
    const auto page = std::uintptr_t(::sysconf(_SC_PAGESIZE));
    const auto begin = reinterpret_cast<std::uintptr_t>(bytes.data()) / page * page;
    const auto end = reinterpret_cast<std::uintptr_t>(bytes.data() + bytes.size());
    ::madvise(reinterpret_cast<void *>(begin), end - begin, MADV_DONTNEED); // a hint: failing costs memory only
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
