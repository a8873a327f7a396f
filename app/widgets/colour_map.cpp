#include "widgets/colour_map.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

namespace reslens::widgets {

namespace {

constexpr int kSamples = 2048; // samples of a path, before it is divided into equal steps

struct LinearRgb {
    double r, g, b;
    bool isInGamut() const
    {
        const auto inside = [](double v) { return v >= -1e-6 && v <= 1 + 1e-6; };
        return inside(r) && inside(g) && inside(b);
    }
};

double toLinear(int byte)
{
    const double v = byte / 255.0;
    return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}

int toByte(double linear)
{
    const double v = std::clamp(linear, 0.0, 1.0);
    return int(std::lround(255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055)));
}

// B. Ottosson, "A perceptual color space for image processing" (2020).
LinearRgb linearOf(const OkLab &lab)
{
    const double l = std::pow(lab.L + 0.3963377774 * lab.a + 0.2158037573 * lab.b, 3);
    const double m = std::pow(lab.L - 0.1055613458 * lab.a - 0.0638541728 * lab.b, 3);
    const double s = std::pow(lab.L - 0.0894841775 * lab.a - 1.2914855480 * lab.b, 3);
    return {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
}

QRgb rgbOf(const OkLab &lab)
{
    const LinearRgb rgb = linearOf(lab);
    return qRgb(toByte(rgb.r), toByte(rgb.g), toByte(rgb.b));
}

OkLab polar(double L, double chroma, double hueDegrees)
{
    const double hue = hueDegrees * std::numbers::pi / 180;
    return {L, chroma * std::cos(hue), chroma * std::sin(hue)};
}

/// Returns the most colourful shade of this lightness and hue, up to `chroma`, that a screen can show.
OkLab withinGamut(double L, double chroma, double hueDegrees)
{
    double low = 0, high = chroma;
    if (linearOf(polar(L, high, hueDegrees)).isInGamut())
        return polar(L, high, hueDegrees);
    for (int i = 0; i < 30; ++i) {
        const double middle = (low + high) / 2;
        (linearOf(polar(L, middle, hueDegrees)).isInGamut() ? low : high) = middle;
    }
    return polar(L, low, hueDegrees);
}

double distance(const OkLab &p, const OkLab &q)
{
    return std::hypot(p.L - q.L, p.a - q.a, p.b - q.b);
}

/// Walks `path` in steps of equal perceived difference, and writes them into table[first .. last].
template <typename Path>
void fillEvenly(std::array<QRgb, ColourMap::kEntries> &table, int first, int last, Path path)
{
    std::array<double, kSamples + 1> length{};
    for (int i = 1; i <= kSamples; ++i)
        length[i] = length[i - 1] + distance(path(double(i - 1) / kSamples), path(double(i) / kSamples));
    for (int entry = first; entry <= last; ++entry) {
        const double wanted = length[kSamples] * (entry - first) / (last - first);
        const auto at = std::ranges::lower_bound(length, wanted);
        table[entry] = rgbOf(path(double(at - length.begin()) / kSamples));
    }
}

template <typename Path>
ColourMap sequential(Path path)
{
    std::array<QRgb, ColourMap::kEntries> table{};
    fillEvenly(table, 0, ColourMap::kEntries - 1, path);
    return {ColourMap::Kind::Sequential, table};
}

constexpr int kDuskPoints = 257;
double duskLightness(double t)
{
    return 0.21 + 0.75 * t;
}
double duskHue(double t)
{
    return 305 - 200 * t;
}

/// Returns the chroma along dusk: the gamut's edge without its corners, which would make steps uneven. The minimum
/// over a neighbourhood, averaged over a neighbourhood of the same size, never leaves the gamut.
std::array<double, kDuskPoints> duskChroma()
{
    constexpr int kReach = 28;
    std::array<double, kDuskPoints> edge{}, least{}, smooth{};
    const auto around = [](int i) { return std::pair(std::max(0, i - kReach), std::min(kDuskPoints - 1, i + kReach)); };
    for (int i = 0; i < kDuskPoints; ++i) {
        const double t = double(i) / (kDuskPoints - 1);
        const OkLab lab = withinGamut(duskLightness(t), 0.16, duskHue(t));
        edge[i] = std::hypot(lab.a, lab.b);
    }
    for (int i = 0; i < kDuskPoints; ++i) {
        const auto [first, last] = around(i);
        least[i] = *std::min_element(edge.begin() + first, edge.begin() + last + 1);
    }
    for (int i = 0; i < kDuskPoints; ++i) {
        const auto [first, last] = around(i);
        smooth[i] = std::accumulate(least.begin() + first, least.begin() + last + 1, 0.0) / (last - first + 1);
    }
    return smooth;
}

/// The end of an arm of a diverging map. It is as colourful as the screen allows.
struct ArmEnd {
    double L, hueDegrees;
};

ColourMap diverging(const OkLab &zero, const ArmEnd &below, const ArmEnd &above)
{
    const OkLab negative = withinGamut(below.L, 0.4, below.hueDegrees);
    const OkLab positive = withinGamut(above.L, 0.4, above.hueDegrees);
    const double arm =
        std::min(distance(zero, negative), distance(zero, positive)); // equal, so that both signs look alike
    const auto straight = [&zero, arm](const OkLab &end, bool isOutward) {
        const double reach = arm / distance(zero, end);
        return [zero, end, reach, isOutward](double t) {
            const double share = reach * (isOutward ? t : 1 - t);
            return OkLab{zero.L + (end.L - zero.L) * share, zero.a + (end.a - zero.a) * share,
                         zero.b + (end.b - zero.b) * share};
        };
    };
    constexpr int kMiddle = ColourMap::kEntries / 2;
    std::array<QRgb, ColourMap::kEntries> table{};
    fillEvenly(table, 0, kMiddle, straight(negative, false));
    fillEvenly(table, kMiddle, ColourMap::kEntries - 1, straight(positive, true));
    return {ColourMap::Kind::Diverging, table};
}

} // namespace

QRgb ColourMap::at(double position) const
{
    return m_table[int(std::lround(std::clamp(position, 0.0, 1.0) * (kEntries - 1)))];
}

OkLab okLabOf(QRgb colour)
{
    const double r = toLinear(qRed(colour)), g = toLinear(qGreen(colour)), b = toLinear(qBlue(colour));
    const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

const ColourMap &duskMap()
{
    static const ColourMap map = [] {
        const std::array<double, kDuskPoints> chroma = duskChroma();
        return sequential([&chroma](double t) {
            const double at = t * (kDuskPoints - 1);
            const int below = std::min(int(at), kDuskPoints - 2);
            const double c = chroma[below] + (chroma[below + 1] - chroma[below]) * (at - below);
            return polar(duskLightness(t), c, duskHue(t));
        });
    }();
    return map;
}

const ColourMap &greyMap()
{
    static const ColourMap map = sequential([](double t) { return OkLab{t, 0, 0}; });
    return map;
}

const ColourMap &divergingLightMap()
{
    static const ColourMap map = diverging({0.97, 0, 0}, {0.45, 262}, {0.50, 40});
    return map;
}

const ColourMap &divergingDarkMap()
{
    static const ColourMap map = diverging({0.17, 0, 0}, {0.80, 235}, {0.80, 62});
    return map;
}

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
            line[w] = qRgba(qRed(line[w]), qGreen(line[w]), qBlue(line[w]), qRound(255 * std::sqrt(strength)));
        }
    }
    return image;
}

} // namespace reslens::widgets
