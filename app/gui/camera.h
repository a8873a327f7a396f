// A picture from a camera, where there is one and ResLens was built with Qt Multimedia.
#pragma once

#include <QImage>
#include <QString>

#include <functional>

class QDialog;
class QWidget;

namespace reslens::gui {

/// In words; empty: there is one. Asks the system, so not before it is wanted.
QString whyNoCamera();

/// A live view with a shutter; `take` gets the frame. Deletes itself when it is closed. Null without a camera.
QDialog *showCameraDialog(QWidget *parent, std::function<void(const QImage &)> take);

} // namespace reslens::gui
