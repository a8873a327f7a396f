// Colour maps, and values as colours and pictures.
#pragma once

#include "tensor/tensor.h"

#include <QImage>
#include <QRgb>

#include <array>
#include <span>
#include <vector>

namespace reslens::widgets {

/// Tables from a value in [0, 1] to a colour, made in OKLab so that equal steps of the value look equally large.
class ColourMap {
public:
    /// Odd, so that a diverging map has one entry for zero.
    static constexpr int kEntries = 257;

    enum class Kind { Sequential, Diverging };

    ColourMap() = default;
    ColourMap(Kind kind, const std::array<QRgb, kEntries> &table) : m_kind(kind), m_table(table) {}

    Kind kind() const { return m_kind; }
    /// `position` is clamped to [0, 1].
    QRgb at(double position) const;
    QRgb entry(int index) const { return m_table[index]; }

private:
    Kind m_kind = Kind::Sequential;
    std::array<QRgb, kEntries> m_table{};
};

/// From dark violet over teal to light yellow; lightness rises all the way. Our own table, in viridis' manner.
const ColourMap &duskMap();
const ColourMap &greyMap();
/// Blue below zero, orange above, zero light or dark; both arms are equally long.
const ColourMap &divergingLightMap();
const ColourMap &divergingDarkMap();

struct OkLab {
    double L, a, b;
};
OkLab okLabOf(QRgb colour);

/// The values at the two ends of the scale.
struct ValueRange {
    float low = 0, high = 1;
    bool operator==(const ValueRange &) const = default;

    /// The place of `value` between low (0) and high (1), clamped; 0 if the range is empty.
    double position(float value) const;
};

/// The range a tensor with these extremes is shown in: 0 to the maximum, or symmetric about 0 where it is signed.
ValueRange rangeFor(float minimum, float maximum, bool isSigned);

/// The colour of values that are not finite.
constexpr QRgb kNotFinite = 0xffff00ff;

QRgb colourOf(float value, const ValueRange &range, const ColourMap &map);

/// Channel `channel` of image 0, W x H pixels, Format_RGB32: each pixel has exactly the map's colour for its value.
QImage planeImage(const Tensor &tensor, int channel, const ValueRange &range, const ColourMap &map);

/// The same to lie over a picture: colours that diverge about zero are the more transparent the nearer to it, so that
/// what a map says nothing about stays seen. Format_ARGB32.
QImage overlayImage(const Tensor &tensor, int channel, const ValueRange &range, const ColourMap &map);

} // namespace reslens::widgets
