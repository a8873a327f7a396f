// The colours of everything that ResLens paints itself. The palette's lightness decides between light and dark.
#pragma once

#include <QColor>
#include <QPalette>
#include <QString>
#include <Qt>

namespace reslens::widgets {

struct Theme {
    bool isDark;
    QColor window, surface, raised, border; // from the back to the front
    QColor text, muted;
    QColor accent, onAccent; // selection
    QColor skip, branch;     // the two ways through a block, in all views
    QColor good, warning, bad;
};

const Theme &lightTheme();
const Theme &darkTheme();
/// Returns the dark theme if the palette's text is light, otherwise the light one.
const Theme &themeOf(const QPalette &palette);

QPalette paletteOf(const Theme &theme);
/// Lightens parts that Fusion draws too heavily: panels, tabs, tool buttons, scroll bars.
QString styleSheetOf(const Theme &theme);

/// Mixes `a` and `b`, with `share` of `b`.
QColor mixed(const QColor &a, const QColor &b, double share);

/// Colours for things of one kind side by side, such as models. Colour-blind eyes can tell them apart, and they differ
/// from the colours of skip and branch.
constexpr int kSeriesColours = 6;

/// Returns one of kSeriesColours different colours; further indices repeat them.
QColor seriesColour(const Theme &theme, int index);
/// Returns a line style as a second way to tell series apart.
Qt::PenStyle seriesStyle(int index);

} // namespace reslens::widgets
