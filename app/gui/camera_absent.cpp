// Built instead of camera.cpp where Qt Multimedia is not installed.
#include "gui/camera.h"

#include <QCoreApplication>

namespace reslens::gui {

QString whyNoCamera()
{
    return QCoreApplication::translate("Camera", "This ResLens was built without Qt Multimedia, so it sees no camera");
}

// The signature is that of camera.cpp, which keeps the function.
QDialog *showCameraDialog(QWidget *, std::function<void(const QImage &)>) // NOLINT(performance-unnecessary-value-param)
{
    return nullptr;
}

} // namespace reslens::gui
