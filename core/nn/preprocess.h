// How a picture becomes the input of a network, and the words for it.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace reslens::nn {

/// Pillow's filters; all but Nearest widen with the reduction, so that no pixel of the picture is left out.
enum class Interpolation { Nearest, Lanczos, Bilinear, Bicubic, Box, Hamming }; // numbered as Pillow numbers them
enum class ChannelOrder { Rgb, Bgr };

/// The picture is resized, its centre is cut out, its pixels are scaled to 0 to `range`, and every channel of the input
/// becomes (pixel - mean) / deviation. Mean and deviation are in the network's order of channels and in units of
/// `range`.
struct Preprocess {
    int resize = 256;                // of the shorter side, if `squash` is not set
    std::array<int, 2> squash{0, 0}; // if not 0: width and height of the resized picture, whatever its shape
    Interpolation interpolation = Interpolation::Bilinear;
    int crop = 224; // both sides of the network's input
    ChannelOrder order = ChannelOrder::Rgb;
    int range = 1; // or 255
    std::array<float, 3> mean{0.485f, 0.456f, 0.406f}, deviation{0.229f, 0.224f, 0.225f};
    bool isAssumed = false; // neither the file nor its publisher said
    std::string source;     // "embedded", "torchvision IMAGENET1K_V1", "assumed: ImageNet", "command line"

    bool isSquashed() const { return squash[0] > 0; }
    bool operator==(const Preprocess &) const = default;
};

/// The names of a list's values, in the order of the enumerators: "nearest", … and "rgb", "bgr".
std::span<const char *const> interpolationNames();
std::span<const char *const> orderNames();
const char *nameOf(Interpolation interpolation);
const char *nameOf(ChannelOrder order);
std::optional<Interpolation> interpolationNamed(std::string_view name);
std::optional<ChannelOrder> orderNamed(std::string_view name);

/// "shorter side to 256, centre 224 x 224", and what is unusual: "scaled to 224 x 224 (bicubic), …, BGR, 0 to 255".
std::string textOf(const Preprocess &how);

} // namespace reslens::nn
