#include "gui/application_theme.h"

#include "widgets/theme.h"

#include <QApplication>
#include <QStyleFactory>

namespace reslens::gui {

void applyTheme(QApplication &application, ThemeChoice choice, const QPalette &systemPalette)
{
    const widgets::Theme &theme = choice == ThemeChoice::Light  ? widgets::lightTheme()
                                  : choice == ThemeChoice::Dark ? widgets::darkTheme()
                                                                : widgets::themeOf(systemPalette);
    application.setStyle(QStyleFactory::create("Fusion"));
    application.setPalette(widgets::paletteOf(theme));
    application.setStyleSheet(widgets::styleSheetOf(theme));
}

} // namespace reslens::gui
