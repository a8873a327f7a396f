// All ways to open something in the window: file dialogs, the clipboard, a drop, the camera, and the lists of recent
// files, samples and models.
#pragma once

#include "gui/window_context.h"

#include <QObject>

class QMenu;
class QMimeData;
class QWidget;

namespace reslens::gui {

/// True where Opening::take() could do something with it.
bool canTake(const QMimeData &data);

class Opening : public QObject {
    Q_OBJECT

public:
    /// Dialogs belong to `window`.
    Opening(const WindowContext &context, QWidget *window);

    void choosePictures();
    void chooseFolder();
    void chooseModel();
    void takePicture(); // with the camera
    void paste();
    /// Local files first; then image data, which a browser gives along with the address; then addresses and paths in
    /// text.
    void take(const QMimeData &data);
    /// To the next model of the catalogue, or back.
    void stepModel(int by);

    void fillRecent(QMenu &menu);
    void fillModels(QMenu &menu);

signals:
    void sessionDropped(const QString &path);

private:
    WindowContext m_context;
    QWidget *m_window;
};

} // namespace reslens::gui
