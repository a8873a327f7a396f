// A real window on a small generated network. The CPU reference answers.
#pragma once

#include "app/generated.h"
#include "app/page_looks.h"
#include "gui/main_window.h"
#include "reference/executor.h"
#include "session/session.h"
#include "zoo/open_model.h"

#include <QDragEnterEvent>
#include <QDropEvent>
#include <QMimeData>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>

namespace reslens::test {

/// One window and everything it needs. "small", "deep", "plain" and "grouped" are generated; other names are files.
struct WindowBench {
    QTemporaryDir folder;
    gui::Settings settings{folder.filePath("settings.ini")};
    gui::Catalogue catalogue{{{"small", "Small", "A generated ResNet-8"}, {"deep", "Deep", "A generated ResNet-20"}},
                             {}};
    session::Session session{services()};
    gui::MainWindow window{{session, catalogue, settings, [](gui::ThemeChoice) {}}};

    static session::WorkerServices services()
    {
        return {
            [](const std::string &name,
               const zoo::ModelSettings &settings) -> Result<std::shared_ptr<const nn::Model>> {
                if (name == "small" || name == "deep")
                    return generatedModel(name, name == "small" ? "resnet8" : "resnet20");
                if (name == "plain")
                    return generatedModel(name, "plain8");
                if (name == "grouped")
                    return groupedModel();
                return zoo::openModel(name, settings);
            },
            [](std::shared_ptr<const nn::Model> model, const std::string &) -> Result<std::unique_ptr<nn::Executor>> {
                return reference::makeExecutor(std::move(model), "a test");
            }};
    }

    QString savedPicture(const QString &name, int seed) const
    {
        const QString path = folder.filePath(name);
        if (!drawnPicture(seed).save(path, "PNG"))
            qFatal("cannot write %s", qPrintable(path));
        return path;
    }

    QString savedBytes(const QString &name, const QByteArray &bytes) const
    {
        QFile file(folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        return file.fileName();
    }

    /// Shows and activates the window, so that shortcuts reach it.
    void show()
    {
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
    }

    void drop(const QMimeData &mime)
    {
        const QPoint where = window.rect().center();
        QDragEnterEvent enter(where, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&window, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent event(where, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&window, &event);
        QVERIFY(event.isAccepted());
    }

    void dropFiles(const QStringList &paths)
    {
        QMimeData mime;
        QList<QUrl> urls;
        for (const QString &path : paths)
            urls << QUrl::fromLocalFile(path);
        mime.setUrls(urls);
        drop(mime);
    }

    /// Returns the visible one of several: each page has its own.
    template <typename Widget>
    Widget *part() const
    {
        const QList<Widget *> all = window.findChildren<Widget *>();
        if constexpr (std::is_base_of_v<QWidget, Widget>)
            for (Widget *widget : all)
                if (widget->isVisible())
                    return widget;
        return all.isEmpty() ? nullptr : all.front();
    }

    void screenshot(const QString &name) { saveScreenshot(window, name); }
};

} // namespace reslens::test
