// How the program looks as a whole: its icon, and light or dark.
#pragma once

#include "gui/settings.h"

#include <QIcon>
#include <QPalette>

class QApplication;

namespace reslens::gui {

/// A residual block.
QIcon appIcon();

/// Dresses the whole application in light or dark. `systemPalette` is what the platform gave at the start;
/// ThemeChoice::System follows it.
void applyTheme(QApplication &application, ThemeChoice choice, const QPalette &systemPalette);

} // namespace reslens::gui
