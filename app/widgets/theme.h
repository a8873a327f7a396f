// The colours and sizes of everything ResLens paints itself; light or dark follows the palette's lightness.
#pragma once

#include <QColor>
#include <QPalette>
#include <QString>

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
/// What Fusion draws too heavily: panels, tabs, tool buttons, scroll bars.
QString styleSheetOf(const Theme &theme);

/// `a` and `b` mixed, `share` of `b`.
QColor mixed(const QColor &a, const QColor &b, double share);

} // namespace reslens::widgets
