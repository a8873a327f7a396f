#include "widgets/series_colours.h"

#include <array>

namespace reslens::widgets {

namespace {

// After Paul Tol's "bright" and "muted" schemes (SRON/EPS/TN/09-002), lightness fitted to the background.
constexpr std::array<const char *, kSeriesColours> kOnLight{"#3a6db5", "#a8336f", "#8a7a00",
                                                            "#5f6b7a", "#2a9fd0", "#6a3fa0"};
constexpr std::array<const char *, kSeriesColours> kOnDark{"#79a8f0", "#ee7db0", "#d8c548",
                                                           "#aab4c2", "#6fd3ff", "#b493ee"};
constexpr std::array kStyles{Qt::SolidLine, Qt::DashLine, Qt::DotLine};

} // namespace

QColor seriesColour(const Theme &theme, int index)
{
    return QColor((theme.isDark ? kOnDark : kOnLight)[std::size_t(index % kSeriesColours)]);
}

Qt::PenStyle seriesStyle(int index)
{
    return kStyles[std::size_t(index) % kStyles.size()];
}

} // namespace reslens::widgets
