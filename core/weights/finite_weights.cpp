#include "weights/finite_weights.h"

#include "error/printable.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace reslens::weights {

namespace {

// A number is NaN or infinite if all bits of its exponent are set. Bits are looked at as the file has them, since
// making floats of a hundred million of them would take longer than opening the file.

template <typename Bits>
std::size_t countBits(std::span<const std::byte> raw, Bits exponent)
{
    std::size_t count = 0;
    for (std::size_t at = 0; at + sizeof(Bits) <= raw.size(); at += sizeof(Bits)) {
        Bits bits;
        std::memcpy(&bits, raw.data() + at, sizeof bits);
        count += (bits & exponent) == exponent;
    }
    return count;
}

std::size_t countNotFinite(DType dtype, std::span<const std::byte> raw)
{
    switch (dtype) {
    case DType::F32:
        return countBits<std::uint32_t>(raw, 0x7f800000u);
    case DType::F16:
        return countBits<std::uint16_t>(raw, 0x7c00u);
    case DType::BF16:
        return countBits<std::uint16_t>(raw, 0x7f80u);
    case DType::F64:
        return countBits<std::uint64_t>(raw, 0x7ff0000000000000u);
    default:
        return 0; // whole numbers
    }
}

std::size_t countNotFinite(const StoredTensor &tensor)
{
    if (!tensor.isFloating() || tensor.count() == 0)
        return 0;
    if (!tensor.strides.empty()) { // its bytes may hold other tensors' elements too
        const std::vector<float> values = tensor.toFloats();
        return countNotFinite(DType::F32, std::as_bytes(std::span(values)));
    }
    const std::size_t size = std::size_t(tensor.count()) * sizeBytes(tensor.dtype);
    if (!tensor.file)
        return countNotFinite(tensor.dtype, tensor.bytes.first(size));
    constexpr std::size_t kPiece = std::size_t(1) << 20;
    std::vector<std::byte> piece(std::min(kPiece, size));
    std::size_t count = 0;
    for (std::size_t done = 0; done < size; done += piece.size()) {
        piece.resize(std::min(kPiece, size - done));
        tensor.file->read(tensor.fileOffset + done, piece);
        count += countNotFinite(tensor.dtype, piece);
    }
    return count;
}

} // namespace

std::string notFiniteNote(const nn::Parameters &parameters)
{
    constexpr int kMostNames = 4;
    std::string names;
    int tensors = 0;
    for (const auto &[name, tensor] : parameters) {
        const std::size_t count = countNotFinite(tensor);
        if (count == 0)
            continue;
        if (++tensors <= kMostNames)
            names += (names.empty() ? "" : ", ") + std::to_string(count) + " of " + std::to_string(tensor.count()) +
                     " values of " + inQuotes(name);
    }
    if (tensors == 0)
        return {};
    if (tensors > kMostNames)
        names += " and some of " + std::to_string(tensors - kMostNames) + " further tensors";
    return names + " are not finite, so answers may not be either";
}

} // namespace reslens::weights
