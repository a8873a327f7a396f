// The colours of everything that ResLens paints itself; light or dark follows the lightness of the palette.
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
    QColor skip, branch;     // the two ways through a block, everywhere the same
    QColor good, warning, bad;
};

const Theme &lightTheme();
const Theme &darkTheme();
/// The theme that goes with `palette`: dark where its text is light.
const Theme &themeOf(const QPalette &palette);

QPalette paletteOf(const Theme &theme);
/// Lightens what Fusion draws too heavily: panels, tabs, tool buttons, scroll bars.
QString styleSheetOf(const Theme &theme);

/// `a` and `b` mixed, `share` of `b`.
QColor mixed(const QColor &a, const QColor &b, double share);

/// Colours for things of one kind that lie side by side, such as models: told apart by colour-blind eyes too, and never
/// those of skip and branch.
constexpr int kSeriesColours = 6;

/// The first kSeriesColours differ; then they repeat.
QColor seriesColour(const Theme &theme, int index);
/// A second way to tell them apart, for lines.
Qt::PenStyle seriesStyle(int index);

} // namespace reslens::widgets
