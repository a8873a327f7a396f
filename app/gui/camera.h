// Takes a picture from a camera, if there is one and ResLens was built with Qt Multimedia.
#pragma once

#include <QImage>
#include <QString>

#include <functional>

class QDialog;
class QWidget;

namespace reslens::gui {

/// Returns the reason in words, or nothing if there is a camera. It asks the system, so call it only when needed.
QString whyNoCamera();

/// Opens a live view with a shutter; `take` gets the frame. It deletes itself when closed. Null without a camera.
QDialog *showCameraDialog(QWidget *parent, std::function<void(const QImage &)> take);

} // namespace reslens::gui
