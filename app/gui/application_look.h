// How the program looks as a whole: its icon, and light or dark.
#pragma once

#include "gui/settings.h"

#include <QIcon>
#include <QPalette>

class QApplication;

namespace reslens::gui {

/// Draws a residual block.
QIcon appIcon();

/// Applies light or dark to the whole application. ThemeChoice::System follows `systemPalette`, the platform's palette
/// at the start.
void applyTheme(QApplication &application, ThemeChoice choice, const QPalette &systemPalette);

} // namespace reslens::gui
