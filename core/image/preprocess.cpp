#include "image/preprocess.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
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

double sinc(double x)
{
    return x == 0 ? 1 : std::sin(x * std::numbers::pi) / (x * std::numbers::pi);
}

double cubic(double x) // Keys' kernel with a = -1/2
{
    constexpr double kA = -0.5;
    x = std::abs(x);
    if (x < 1)
        return ((kA + 2) * x - (kA + 3)) * x * x + 1;
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * kA : 0;
}

/// Pillow's filters by the distance from their centre, in pixels of the smaller picture.
struct Kernel {
    double support; // half its width
    double (*weight)(double x);
};

Kernel kernelOf(nn::Interpolation interpolation)
{
    switch (interpolation) {
    case nn::Interpolation::Nearest: // has no weights, see nearestFilter()
    case nn::Interpolation::Box:
        return {0.5, [](double x) { return x > -0.5 && x <= 0.5 ? 1.0 : 0.0; }};
    case nn::Interpolation::Bilinear:
        return {1, [](double x) { return std::max(0.0, 1 - std::abs(x)); }};
    case nn::Interpolation::Hamming:
        return {1, [](double x) {
                    return std::abs(x) < 1 ? sinc(x) * (0.54 + 0.46 * std::cos(x * std::numbers::pi)) : 0.0;
                }};
    case nn::Interpolation::Bicubic:
        return {2, cubic};
    case nn::Interpolation::Lanczos:
        return {3, [](double x) { return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0.0; }};
    }
    return {};
}

constexpr double kOne = 1 << kFractionBits;

/// The taps of output pixels [from, from + count) when `inputs` pixels become `outputs`.
Filter weightedFilter(const Kernel &kernel, int inputs, int outputs, int from, int count)
{
    const double scale = double(inputs) / outputs;
    const double widening = std::max(scale, 1.0);
    const double support = kernel.support * widening; // in input pixels
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
            w.push_back(kernel.weight((x - center + 0.5) * (1 / widening)));
            sum += w.back();
        }
        const int first = int(filter.weights.size());
        for (const double weight : w) {
            const double fixed = weight / sum * kOne;
            filter.weights.push_back(std::int32_t(fixed < 0 ? fixed - 0.5 : fixed + 0.5));
        }
        filter.taps.push_back({begin, first, int(filter.weights.size())});
    }
    // NOLINTEND(bugprone-incorrect-roundings)
    return filter;
}

/// One whole input pixel for each output pixel. PIL adds the steps one by one, so rounding is its own only that way.
Filter nearestFilter(int inputs, int outputs, int from, int count)
{
    const double scale = double(inputs) / outputs;
    Filter filter;
    double center = scale * 0.5;
    for (int out = 0; out < from + count; ++out, center += scale) {
        if (out < from)
            continue;
        const int first = int(filter.weights.size());
        filter.weights.push_back(std::int32_t(kOne));
        filter.taps.push_back({std::min(int(center), inputs - 1), first, first + 1});
    }
    return filter;
}

Filter filterFor(nn::Interpolation interpolation, int inputs, int outputs, int from, int count)
{
    return interpolation == nn::Interpolation::Nearest
               ? nearestFilter(inputs, outputs, from, count)
               : weightedFilter(kernelOf(interpolation), inputs, outputs, from, count);
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

/// Every pixel with its luma in all three places: ITU-R 601-2, rounded as Pillow's convert("L") does.
QImage greyed(const QImage &rgb)
{
    QImage grey(rgb.size(), QImage::Format_RGB888);
    for (int y = 0; y < grey.height(); ++y) {
        const uchar *in = rgb.constScanLine(y);
        uchar *out = grey.scanLine(y);
        for (int x = 0; x < grey.width(); ++x, in += 3, out += 3)
            out[0] = out[1] = out[2] = uchar((in[0] * 19595u + in[1] * 38470u + in[2] * 7471u + 0x8000u) >> 16);
    }
    return grey;
}

} // namespace

float ofChannel(const std::array<float, 3> &values, int c, int channels)
{
    return channels == 1 ? (values[0] + values[1] + values[2]) / 3 : values[std::size_t(c)];
}

QSize resizedSize(QSize picture, int shorterSide)
{
    const bool isUpright = picture.width() <= picture.height();
    const int shorter = std::min(picture.width(), picture.height()),
              longer = std::max(picture.width(), picture.height());
    const double exact = double(qint64(shorterSide) * longer) / shorter;
    const int newLonger = int(std::min(exact, double(1 << 30))); // a row of pixels may be millions long
    return isUpright ? QSize(shorterSide, newLonger) : QSize(newLonger, shorterSide);
}

QSize resizedSize(QSize picture, const nn::Preprocess &how)
{
    return how.isSquashed() ? QSize(how.squash[0], how.squash[1]) : resizedSize(picture, how.resize);
}

QImage resizedPart(const QImage &rgb, QSize size, QRect window, nn::Interpolation interpolation)
{
    if (size == rgb.size())
        return rgb.copy(window);
    const Filter vertical = filterFor(interpolation, rgb.height(), size.height(), window.top(), window.height());
    const Taps &last = vertical.taps.back();
    const int top = vertical.taps.front().begin, bottom = last.begin + last.last - last.first;
    const Filter horizontal = filterFor(interpolation, rgb.width(), size.width(), window.left(), window.width());
    // An axis that keeps its length has a single tap of 1 in every filter, which changes nothing.
    const QImage rows = filterRows(rgb, horizontal, top, bottom - top);
    return rows.isNull() ? rows : filterColumns(rows, vertical, top);
}

QRect cropWindow(QSize resizedPicture, int crop)
{
    return {cropOffset(resizedPicture.width(), crop), cropOffset(resizedPicture.height(), crop), crop, crop};
}

Result<Tensor> preprocess(const QImage &rgb, const nn::Preprocess &how, int channels)
{
    if (channels != 1 && channels != 3)
        return fail(ErrorKind::Mismatch, "picture",
                    "has the channels red, green and blue, but the network takes " + std::to_string(channels) +
                        "; give it an array, a .npy of (" + std::to_string(channels) + ", height, width)");
    const QSize size = resizedSize(rgb.size(), how);
    const QRect window = cropWindow(size, how.crop);
    const QRect inside = window.intersected(QRect(QPoint(0, 0), size));
    const QImage part = resizedPart(channels == 1 ? greyed(rgb) : rgb, size, inside, how.interpolation);
    if (part.isNull())
        return fail(ErrorKind::Limit, "picture",
                    "there is not enough memory to scale its " + std::to_string(rgb.width()) + " x " +
                        std::to_string(rgb.height()) + " pixels");
    Tensor input({1, channels, how.crop, how.crop});
    for (int c = 0; c < channels; ++c) {
        const float mean = ofChannel(how.mean, c, channels), deviation = ofChannel(how.deviation, c, channels);
        std::array<float, 256> normalised;
        for (int value = 0; value < 256; ++value)
            normalised[std::size_t(value)] = (float(value) / (255.0f / float(how.range)) - mean) / deviation;
        const auto plane = input.values.begin() + std::ptrdiff_t(input.index(0, c, 0, 0));
        std::fill_n(plane, input.shape.planeCount(), normalised[0]);
        for (int y = 0; y < part.height(); ++y) {
            const uchar *in = part.constScanLine(y) + (how.order == nn::ChannelOrder::Bgr ? 2 - c : c);
            float *out = &input(0, c, inside.top() - window.top() + y, inside.left() - window.left());
            for (int x = 0; x < part.width(); ++x)
                out[x] = normalised[in[std::ptrdiff_t(3) * x]];
        }
    }
    return input;
}

QRectF cropFrame(QSize picture, const nn::Preprocess &how)
{
    const QSize size = resizedSize(picture, how);
    const QRect window = cropWindow(size, how.crop);
    const double scaleX = double(picture.width()) / size.width(), scaleY = double(picture.height()) / size.height();
    return {window.x() * scaleX, window.y() * scaleY, window.width() * scaleX, window.height() * scaleY};
}

} // namespace reslens::image
