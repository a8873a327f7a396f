// One channel of a tensor as a picture: one pixel per value, each exactly the colour map's colour for it.
#pragma once

#include "tensor/tensor.h"
#include "widgets/colour_map.h"

#include <QImage>

namespace reslens::widgets {

/// The values at the two ends of the scale.
struct ValueRange {
    float low = 0, high = 1;
    bool operator==(const ValueRange &) const = default;

    /// Where `value` lies between low (0) and high (1), clamped; 0 where the range is empty.
    double position(float value) const;
};

/// The range a tensor with these extremes is shown in: 0 to the maximum, or symmetric about 0 where it is signed.
ValueRange rangeFor(float minimum, float maximum, bool isSigned);

/// The colour of values that are not finite.
constexpr QRgb kNotFinite = 0xffff00ff;

QRgb colourOf(float value, const ValueRange &range, const ColourMap &map);

/// Channel `channel` of image 0, W x H pixels, Format_RGB32.
QImage planeImage(const Tensor &tensor, int channel, const ValueRange &range, const ColourMap &map);

/// The same to lie over a picture: colours that diverge about zero are the more transparent the nearer to it, so that
/// what a map says nothing about stays seen. Format_ARGB32.
QImage overlayImage(const Tensor &tensor, int channel, const ValueRange &range, const ColourMap &map);

} // namespace reslens::widgets
