// Saves a picture of the window once the first prediction and its feature maps are on it, and ends the program.
#pragma once

#include <QString>

class QWidget;

namespace reslens::session {
class Session;
}

namespace reslens::gui {

/// The program's exit code is 0 when the file was written, 1 when something failed first (told on stderr).
void saveScreenshotWhenReady(session::Session &session, QWidget &window, const QString &path);

} // namespace reslens::gui
