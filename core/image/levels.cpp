#include "image/levels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace reslens::image {

namespace {

constexpr int kMost = std::numeric_limits<quint16>::max();

bool isGrey(const QImage &picture)
{
    return picture.format() == QImage::Format_Grayscale16;
}

/// Grey values, or red, green, blue and alpha in turn.
struct Row {
    const quint16 *values;
    int pixels, step; // step: 1 or 4
};

Row rowOf(const QImage &picture, int y)
{
    return {reinterpret_cast<const quint16 *>(picture.constScanLine(y)), picture.width(), isGrey(picture) ? 1 : 4};
}

/// Grayscale16 stays; any other becomes four channels of 16 bits.
QImage wide(const QImage &picture)
{
    return isGrey(picture) ? picture : picture.convertToFormat(QImage::Format_RGBX64);
}

} // namespace

bool hasDeepChannels(const QImage &picture)
{
    return isGrey(picture) || picture.pixelFormat().bitsPerPixel() > 32;
}

Levels fullRange(const QImage &picture)
{
    const QImage source = wide(picture);
    int low = kMost, high = 0;
    for (int y = 0; y < source.height(); ++y) {
        const Row row = rowOf(source, y);
        const int colours = std::min(row.step, 3);
        for (int x = 0; x < row.pixels; ++x)
            for (int c = 0; c < colours; ++c) {
                low = std::min<int>(low, row.values[x * row.step + c]);
                high = std::max<int>(high, row.values[x * row.step + c]);
            }
    }
    if (!isGrey(source))
        return {0, std::max(int(std::bit_ceil(std::uint32_t(high) + 1)) - 1, 1)};
    return {low, std::max(high, low + 1)};
}

QImage withLevels(const QImage &picture, const Levels &levels)
{
    const QImage source = wide(picture);
    QImage rgb(source.size(), QImage::Format_RGB888);
    if (source.isNull() || rgb.isNull())
        return {};
    std::vector<uchar> table(std::size_t(kMost) + 1);
    const double span = std::max(levels.high - levels.low, 1);
    for (int value = 0; value <= kMost; ++value)
        table[std::size_t(value)] = uchar(std::lround(std::clamp((value - levels.low) / span, 0.0, 1.0) * 255));
    for (int y = 0; y < source.height(); ++y) {
        const Row row = rowOf(source, y);
        uchar *out = rgb.scanLine(y);
        for (int x = 0; x < row.pixels; ++x)
            for (int c = 0; c < 3; ++c)
                *out++ = table[row.values[x * row.step + (row.step == 1 ? 0 : c)]];
    }
    return rgb;
}

} // namespace reslens::image
