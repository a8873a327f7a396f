#include "gui/screenshot.h"

#include "session/session.h"

#include <QCoreApplication>
#include <QPixmap>
#include <QTimer>
#include <QWidget>

#include <cstdio>

namespace reslens::gui {

namespace {

constexpr int kLookMs = 100;
constexpr int kQuietLooks = 5; // in a row with nothing under way: layouts and thumbnails have come to rest

void endWith(const QString &problem)
{
    std::fprintf(stderr, "reslens: error: %s\n", qPrintable(problem));
    QCoreApplication::exit(1);
}

} // namespace

void saveScreenshotWhenReady(session::Session &session, QWidget &window, const QString &path)
{
    auto *watch = new QTimer(&window);
    watch->setInterval(kLookMs);
    QObject::connect(watch, &QTimer::timeout, &window, [&session, &window, path, quiet = 0]() mutable {
        const bool isQuiet = session.traced() && session.activity().isEmpty() && !session.inquiries().isAnyUnderWay();
        quiet = isQuiet ? quiet + 1 : 0;
        if (quiet < kQuietLooks)
            return;
        if (window.grab().save(path, "PNG"))
            QCoreApplication::exit(0);
        else
            endWith(path + QStringLiteral(": cannot be written"));
    });
    watch->start();
    QObject::connect(&session, &session::Session::failed, &window, &endWith);
}

} // namespace reslens::gui
