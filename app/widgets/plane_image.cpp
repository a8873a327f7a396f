#include "widgets/plane_image.h"

#include <algorithm>
#include <cmath>

namespace reslens::widgets {

double ValueRange::position(float value) const
{
    const double width = double(high) - low;
    return width > 0 ? std::clamp((double(value) - low) / width, 0.0, 1.0) : 0;
}

ValueRange rangeFor(float minimum, float maximum, bool isSigned)
{
    if (!isSigned)
        return {std::min(minimum, 0.0f), std::max(maximum, 0.0f)};
    const float extent = std::max(std::abs(minimum), std::abs(maximum));
    return {-extent, extent};
}

QRgb colourOf(float value, const ValueRange &range, const ColourMap &map)
{
    if (!std::isfinite(value))
        return kNotFinite;
    const bool isFlatDiverging = map.kind() == ColourMap::Kind::Diverging && range.low == range.high;
    return isFlatDiverging ? map.at(0.5) : map.at(range.position(value));
}

QImage planeImage(const Tensor &tensor, int channel, const ValueRange &range, const ColourMap &map)
{
    const int H = tensor.shape.h, W = tensor.shape.w;
    QImage image(W, H, QImage::Format_RGB32);
    for (int h = 0; h < H; ++h) {
        auto *line = reinterpret_cast<QRgb *>(image.scanLine(h));
        for (int w = 0; w < W; ++w)
            line[w] = colourOf(tensor(0, channel, h, w), range, map);
    }
    return image;
}

QImage overlayImage(const Tensor &tensor, int channel, const ValueRange &range, const ColourMap &map)
{
    QImage image = planeImage(tensor, channel, range, map).convertToFormat(QImage::Format_ARGB32);
    if (map.kind() != ColourMap::Kind::Diverging)
        return image;
    for (int h = 0; h < image.height(); ++h) {
        auto *line = reinterpret_cast<QRgb *>(image.scanLine(h));
        for (int w = 0; w < image.width(); ++w) {
            const float value = tensor(0, channel, h, w);
            const double strength = std::isfinite(value) ? std::abs(2 * range.position(value) - 1) : 1;
            line[w] = qRgba(qRed(line[w]), qGreen(line[w]), qBlue(line[w]), int(255 * std::sqrt(strength) + 0.5));
        }
    }
    return image;
}

} // namespace reslens::widgets
