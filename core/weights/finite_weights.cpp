#include "weights/finite_weights.h"

#include "error/printable.h"

#include <algorithm>
#include <bit>

namespace reslens::weights {

namespace {

/// By bits, in whole vectors: a checkpoint has a hundred million values.
std::size_t countNotFinite(std::span<const float> values)
{
    constexpr std::uint32_t kExponent = 0x7f800000u;
    std::size_t count = 0;
    for (const float value : values)
        count += (std::bit_cast<std::uint32_t>(value) & kExponent) == kExponent;
    return count;
}

std::size_t countNotFinite(const StoredTensor &tensor)
{
    if (!tensor.isFloating())
        return 0;
    if (const auto inPlace = tensor.floatsInPlace())
        return countNotFinite(*inPlace);
    return countNotFinite(tensor.toFloats());
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
