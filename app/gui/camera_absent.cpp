// Built instead of camera.cpp where Qt Multimedia is not installed.
#include "gui/camera.h"

#include <QCoreApplication>

namespace reslens::gui {

QString whyNoCamera()
{
    return QCoreApplication::translate("Camera", "This ResLens was built without Qt Multimedia, so it sees no camera");
}

QDialog *showCameraDialog(QWidget *, std::function<void(const QImage &)>)
{
    return nullptr;
}

} // namespace reslens::gui
