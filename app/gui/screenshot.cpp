#include "gui/screenshot.h"

#include "session/session.h"

#include <QCoreApplication>
#include <QPixmap>
#include <QTimer>
#include <QWidget>

#include <cstdio>

namespace reslens::gui {

namespace {

constexpr int kSettleMs = 300; // until layouts and thumbnails have come to rest

void endWith(const QString &problem)
{
    std::fprintf(stderr, "reslens: error: %s\n", qPrintable(problem));
    QCoreApplication::exit(1);
}

} // namespace

void saveScreenshotWhenReady(const session::Session &session, QWidget &window, const QString &path)
{
    QObject::connect(&session, &session::Session::tensorChanged, &window, [&session, &window, path] {
        if (!session.tensor())
            return; // an older picture's maps were taken away
        QTimer::singleShot(kSettleMs, &window, [&window, path] {
            if (window.grab().save(path, "PNG"))
                QCoreApplication::exit(0);
            else
                endWith(path + QStringLiteral(": cannot be written"));
        });
    });
    QObject::connect(&session, &session::Session::failed, &window, &endWith);
}

} // namespace reslens::gui
