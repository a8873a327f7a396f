// All ways to open something in the window: file dialogs, the clipboard, a drop, the camera, and the lists of recent
// files, samples and models.
#pragma once

#include "gui/window_context.h"

#include <QObject>

class QMenu;
class QMimeData;
class QWidget;

namespace reslens::gui {

/// True if Opening::take() can use the data.
bool canTake(const QMimeData &data);

class Opening : public QObject {
    Q_OBJECT

public:
    /// `window` is the parent of the dialogs.
    Opening(const WindowContext &context, QWidget *window);

    void choosePictures();
    void chooseFolder();
    void chooseModel();
    void takePicture(); // with the camera
    void paste();
    /// Prefers local files, then image data (a browser sends it together with the address), then addresses and paths
    /// in text.
    void take(const QMimeData &data);
    /// Opens the next or the previous model of the catalogue.
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
