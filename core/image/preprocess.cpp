#include "image/preprocess.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace reslens::image {

namespace {

constexpr int kFractionBits = 22; // 32 - 8 bits of a pixel - 2 of headroom

/// One output pixel is the sum of the input pixels from `begin`, with `weights[first..last)`.
struct Taps {
    int begin;       // input position
    int first, last; // in Filter::weights
};

struct Filter {
    std::vector<Taps> taps;
    std::vector<std::int32_t> weights; // fixed point, summing to about 1 << kFractionBits for every output pixel
};

/// The taps of output pixels [from, from + count) when `inputs` pixels become `outputs`.
Filter triangleFilter(int inputs, int outputs, int from, int count)
{
    const double scale = double(inputs) / outputs;
    const double support = std::max(scale, 1.0); // half the triangle's width, in input pixels
    Filter filter;
    filter.taps.reserve(std::size_t(count));
    std::vector<double> w;
    // NOLINTBEGIN(bugprone-incorrect-roundings): PIL rounds so, and the pixels are PIL's.
    for (int out = from; out < from + count; ++out) {
        const double center = (out + 0.5) * scale;
        const int begin = std::max(0, int(center - support + 0.5));
        const int end = std::min(inputs, int(center + support + 0.5));
        w.clear();
        double sum = 0;
        for (int x = begin; x < end; ++x) {
            w.push_back(std::max(0.0, 1 - std::abs((x - center + 0.5) * (1 / support))));
            sum += w.back();
        }
        const int first = int(filter.weights.size());
        for (const double weight : w)
            filter.weights.push_back(std::int32_t(0.5 + weight / sum * (1 << kFractionBits)));
        filter.taps.push_back({begin, first, int(filter.weights.size())});
    }
    // NOLINTEND(bugprone-incorrect-roundings)
    return filter;
}

uchar rounded(std::int32_t sum)
{
    return uchar(std::clamp(sum >> kFractionBits, 0, 255));
}

/// Rows [top, top + rows) of `rgb`, each filtered to filter.taps.size() pixels.
QImage filterRows(const QImage &rgb, const Filter &filter, int top, int rows)
{
    QImage result(int(filter.taps.size()), rows, QImage::Format_RGB888);
    if (result.isNull())
        return result;
    for (int y = 0; y < rows; ++y) {
        const uchar *in = rgb.constScanLine(top + y);
        uchar *out = result.scanLine(y);
        for (const Taps &taps : filter.taps) {
            std::int32_t r = 1 << (kFractionBits - 1), g = r, b = r;
            const uchar *pixel = in + 3 * std::size_t(taps.begin);
            for (int i = taps.first; i < taps.last; ++i, pixel += 3) {
                const std::int32_t weight = filter.weights[std::size_t(i)];
                r += weight * pixel[0];
                g += weight * pixel[1];
                b += weight * pixel[2];
            }
            *out++ = rounded(r);
            *out++ = rounded(g);
            *out++ = rounded(b);
        }
    }
    return result;
}

/// The columns of `rgb`, whose row 0 is input row `top`, each filtered to filter.taps.size() pixels.
QImage filterColumns(const QImage &rgb, const Filter &filter, int top)
{
    QImage result(rgb.width(), int(filter.taps.size()), QImage::Format_RGB888);
    if (result.isNull())
        return result;
    const std::size_t bytes = 3 * std::size_t(rgb.width());
    std::vector<std::int32_t> sums(bytes);
    for (int y = 0; y < result.height(); ++y) {
        const Taps &taps = filter.taps[std::size_t(y)];
        std::fill(sums.begin(), sums.end(), 1 << (kFractionBits - 1));
        for (int i = taps.first; i < taps.last; ++i) {
            const uchar *in = rgb.constScanLine(taps.begin - top + i - taps.first);
            const std::int32_t weight = filter.weights[std::size_t(i)];
            for (std::size_t x = 0; x < bytes; ++x)
                sums[x] += weight * in[x];
        }
        std::transform(sums.begin(), sums.end(), result.scanLine(y), rounded);
    }
    return result;
}

/// torchvision's center_crop along one axis: padding is rounded down, a crop's offset half to even (Python's round).
int cropOffset(int length, int crop)
{
    return crop > length ? -((crop - length) / 2) : int(std::nearbyint((length - crop) / 2.0));
}

} // namespace

QSize resizedSize(QSize picture, int shorterSide)
{
    const bool isUpright = picture.width() <= picture.height();
    const int shorter = std::min(picture.width(), picture.height()),
              longer = std::max(picture.width(), picture.height());
    const double exact = double(qint64(shorterSide) * longer) / shorter;
    const int newLonger = int(std::min(exact, double(1 << 30))); // a row of pixels may be millions long
    return isUpright ? QSize(shorterSide, newLonger) : QSize(newLonger, shorterSide);
}

QImage resizedPart(const QImage &rgb, QSize size, QRect window)
{
    if (size == rgb.size())
        return rgb.copy(window);
    const Filter vertical = triangleFilter(rgb.height(), size.height(), window.top(), window.height());
    const Taps &last = vertical.taps.back();
    const int top = vertical.taps.front().begin, bottom = last.begin + last.last - last.first;
    const Filter horizontal = triangleFilter(rgb.width(), size.width(), window.left(), window.width());
    // An axis that keeps its length has the taps {0, 1, 0}, which change nothing.
    const QImage rows = filterRows(rgb, horizontal, top, bottom - top);
    return rows.isNull() ? rows : filterColumns(rows, vertical, top);
}

QRect cropWindow(QSize resizedPicture, int crop)
{
    return {cropOffset(resizedPicture.width(), crop), cropOffset(resizedPicture.height(), crop), crop, crop};
}

Result<Tensor> preprocess(const QImage &rgb, const nn::Preprocess &how)
{
    const QSize size = resizedSize(rgb.size(), how.resize);
    const QRect window = cropWindow(size, how.crop);
    const QRect inside = window.intersected(QRect(QPoint(0, 0), size));
    const QImage part = resizedPart(rgb, size, inside);
    if (part.isNull())
        return fail(ErrorKind::Limit, "picture",
                    "there is not enough memory to scale its " + std::to_string(rgb.width()) + " x " +
                        std::to_string(rgb.height()) + " pixels");
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
                out[x] = normalised[in[std::ptrdiff_t(3) * x]];
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
