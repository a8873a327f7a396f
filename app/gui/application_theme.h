// Dresses the whole application in light or dark.
#pragma once

#include "gui/settings.h"

#include <QPalette>

class QApplication;

namespace reslens::gui {

/// `systemPalette`: the palette the platform gave the application at its start; ThemeChoice::System follows it.
void applyTheme(QApplication &application, ThemeChoice choice, const QPalette &systemPalette);

} // namespace reslens::gui
