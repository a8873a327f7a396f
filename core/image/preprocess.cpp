#include "image/preprocess.h"

#include "image/resize.h"

#include <array>
#include <cmath>

namespace reslens::image {

namespace {

/// torchvision's center_crop along one axis: padding is rounded down, a crop's offset half to even (Python's round).
int cropOffset(int length, int crop)
{
    return crop > length ? -((crop - length) / 2) : int(std::nearbyint((length - crop) / 2.0));
}

} // namespace

QRect cropWindow(QSize resizedPicture, int crop)
{
    return {cropOffset(resizedPicture.width(), crop), cropOffset(resizedPicture.height(), crop), crop, crop};
}

Tensor preprocess(const QImage &rgb, const nn::Preprocess &how)
{
    const QSize size = resizedSize(rgb.size(), how.resize);
    const QRect window = cropWindow(size, how.crop);
    const QRect inside = window.intersected(QRect(QPoint(0, 0), size));
    const QImage part = resizedPart(rgb, size, inside);
    Tensor input({1, 3, how.crop, how.crop});
    for (int c = 0; c < 3; ++c) {
        std::array<float, 256> normalised;
        for (int value = 0; value < 256; ++value)
            normalised[std::size_t(value)] = (float(value) / 255.0f - how.mean[c]) / how.deviation[c];
        const auto plane = input.values.begin() + std::ptrdiff_t(input.index(0, c, 0, 0));
        std::fill_n(plane, input.shape.planeCount(), normalised[0]);
        for (int y = 0; y < part.height(); ++y) {
            const uchar *in = part.constScanLine(y) + c;
            float *out = &input(0, c, inside.top() - window.top() + y, inside.left() - window.left());
            for (int x = 0; x < part.width(); ++x)
                out[x] = normalised[in[3 * x]];
        }
    }
    return input;
}

QRectF cropFrame(QSize picture, const nn::Preprocess &how)
{
    const QSize size = resizedSize(picture, how.resize);
    const QRect window = cropWindow(size, how.crop);
    const double scaleX = double(picture.width()) / size.width(), scaleY = double(picture.height()) / size.height();
    return {window.x() * scaleX, window.y() * scaleY, window.width() * scaleX, window.height() * scaleY};
}

} // namespace reslens::image
