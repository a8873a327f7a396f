#include "nn/preprocess.h"

#include <algorithm>
#include <cstddef>

namespace reslens::nn {

namespace {

constexpr const char *kInterpolations[] = {"nearest", "lanczos", "bilinear", "bicubic", "box", "hamming"};
constexpr const char *kOrders[] = {"rgb", "bgr"};

template <typename Value>
std::optional<Value> named(std::span<const char *const> names, std::string_view name)
{
    const auto found = std::ranges::find(names, name);
    return found == names.end() ? std::nullopt : std::optional(Value(found - names.begin()));
}

} // namespace

std::span<const char *const> interpolationNames()
{
    return kInterpolations;
}

std::span<const char *const> orderNames()
{
    return kOrders;
}

const char *nameOf(Interpolation interpolation)
{
    return kInterpolations[std::size_t(interpolation)];
}

const char *nameOf(ChannelOrder order)
{
    return kOrders[std::size_t(order)];
}

std::optional<Interpolation> interpolationNamed(std::string_view name)
{
    return named<Interpolation>(kInterpolations, name);
}

std::optional<ChannelOrder> orderNamed(std::string_view name)
{
    return named<ChannelOrder>(kOrders, name);
}

std::string textOf(const Preprocess &how)
{
    const auto square = [](int width, int height) { return std::to_string(width) + " x " + std::to_string(height); };
    std::string text = how.isSquashed() ? "scaled to " + square(how.squash[0], how.squash[1])
                                        : "shorter side to " + std::to_string(how.resize);
    if (how.interpolation != Interpolation::Bilinear)
        text += " (" + std::string(nameOf(how.interpolation)) + ")";
    text += ", centre " + square(how.crop, how.crop);
    if (how.order == ChannelOrder::Bgr)
        text += ", BGR";
    if (how.range != 1)
        text += ", 0 to " + std::to_string(how.range);
    return text;
}

} // namespace reslens::nn
