// What the tests of pages share: the window with one page in front.
#pragma once

#include "app/window_bench.h"
#include "gui/application_theme.h"
#include "image/preprocess.h"
#include "pages/page_frame.h"

#include <QTabWidget>

namespace reslens::test {

/// Brings the page to the front and gives it.
template <typename PageType>
PageType *turnTo(const WindowBench &bench)
{
    auto *page = bench.part<PageType>();
    auto *tabs = bench.part<QTabWidget>();
    for (int i = 0; page && i < tabs->count(); ++i)
        if (tabs->widget(i)->isAncestorOf(page))
            tabs->setCurrentIndex(i);
    return page;
}

/// The button with this accessible name under `parent`; null if there is none.
template <typename Button>
Button *buttonNamed(const QWidget &parent, const QString &name)
{
    for (Button *button : parent.findChildren<Button *>())
        if (button->accessibleName() == name || button->text().remove('&') == name)
            return button;
    return nullptr;
}

inline QString sharedFile(const QString &path)
{
    const QString whole = qEnvironmentVariable("RESLENS_SHARED") + '/' + path;
    return QFile::exists(whole) ? whole : QString();
}

inline QString sampleShip()
{
    return QStringLiteral(RESLENS_SOURCE_DIR "/resources/samples/ship.jpg");
}

struct Look {
    const char *theme;
    gui::ThemeChoice choice;
    QSize size;
};

/// Every view is looked at in both themes and at two sizes.
inline const std::vector<Look> &looks()
{
    static const std::vector<Look> all{{"light", gui::ThemeChoice::Light, {1280, 720}},
                                       {"dark", gui::ThemeChoice::Dark, {1280, 720}},
                                       {"light", gui::ThemeChoice::Light, {1440, 900}},
                                       {"dark", gui::ThemeChoice::Dark, {1440, 900}}};
    return all;
}

/// Nothing that is seen of `page` is narrower than it needs.
inline void checkFits(const QWidget &page)
{
    for (const QWidget *part : page.findChildren<QWidget *>())
        if (part->isVisible() && part->parentWidget())
            QTRY_VERIFY2(part->width() >= part->minimumSizeHint().width(),
                         qPrintable(QString("%1 '%2' %3 < %4")
                                        .arg(part->metaObject()->className(), part->accessibleName())
                                        .arg(part->width())
                                        .arg(part->minimumSizeHint().width())));
}

/// A picture of the window as "NAME-light-1280.png", and so on for all looks.
inline void photograph(WindowBench &bench, const QWidget &page, const QString &name)
{
    for (const Look &look : looks()) {
        gui::applyTheme(*qApp, look.choice, QApplication::palette());
        bench.window.resize(look.size);
        QTRY_COMPARE(bench.window.size(), look.size);
        for (int turn = 0; turn < 4; ++turn) // what follows the palette, its layouts, and theirs
            QCoreApplication::processEvents();
        QVERIFY(QTest::qWaitForWindowExposed(&bench.window));
        checkFits(page);
        bench.screenshot(QString("%1-%2-%3").arg(name, look.theme).arg(look.size.width()));
    }
    gui::applyTheme(*qApp, gui::ThemeChoice::Light, QApplication::palette());
}

} // namespace reslens::test
