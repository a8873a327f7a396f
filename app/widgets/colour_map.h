// Colour maps, and the conversion of values to colours and pictures.
#pragma once

#include "tensor/tensor.h"

#include <QImage>
#include <QRgb>

#include <array>
#include <span>
#include <vector>

namespace reslens::widgets {

/// A table from a value in [0, 1] to a colour, made in OKLab so that equal steps of the value look equally large.
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

/// Runs from dark violet over teal to light yellow, with rising lightness. Our own table, in viridis' manner.
const ColourMap &duskMap();
const ColourMap &greyMap();
/// Blue below zero, orange above, and zero light or dark. Both arms are equally long.
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

    /// Returns the place of `value` between low (0) and high (1), clamped; 0 if the range is empty.
    double position(float value) const;
};

/// Returns the display range of a tensor with these extremes: 0 to the maximum, or symmetric about 0 if it is signed.
ValueRange rangeFor(float minimum, float maximum, bool isSigned);

/// The colour of values that are not finite.
constexpr QRgb kNotFinite = 0xffff00ff;

QRgb colourOf(float value, const ValueRange &range, const ColourMap &map);

/// Draws channel `channel` of image 0 in W x H pixels of Format_RGB32. Each pixel has exactly the map's colour.
QImage planeImage(const Tensor &tensor, int channel, const ValueRange &range, const ColourMap &map);

/// Draws the channel to lie over a picture, in Format_ARGB32. Diverging colours become more transparent towards zero,
/// so that the picture stays visible where the map says nothing.
QImage overlayImage(const Tensor &tensor, int channel, const ValueRange &range, const ColourMap &map);

} // namespace reslens::widgets
