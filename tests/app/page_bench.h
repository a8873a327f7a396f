// A window that shows one of its pages.
#pragma once

#include "app/page_looks.h"
#include "app/reference_run.h"
#include "app/window_bench.h"
#include "models/table.h"

#include <QTabWidget>

#include <algorithm>

namespace reslens::test {

/// Brings the page to the front and returns it.
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

struct PageBench : WindowBench {
    template <typename PageType>
    PageType *open(const QString &model, const QString &picture)
    {
        show();
        auto *page = turnTo<PageType>(*this);
        session.openModel(model);
        session.openPaths({picture});
        return page;
    }

    /// Takes a screenshot after charts have laid themselves out.
    void settledScreenshot(const QString &name)
    {
        QCoreApplication::processEvents();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete); // deletes the replaced axes
        screenshot(name);
    }
};

/// Saves pictures of the window in all looks, such as "NAME-light-1280.png".
inline void photograph(WindowBench &bench, const QWidget &page, const QString &name)
{
    for (const Look &look : looks()) {
        gui::applyTheme(*qApp, look.theme, QApplication::palette());
        bench.window.resize(look.size);
        QTRY_COMPARE(bench.window.size(), look.size);
        for (int turn = 0; turn < 4; ++turn) // palette, its layouts, and their followers need a turn each
            QCoreApplication::processEvents();
        QVERIFY(QTest::qWaitForWindowExposed(&bench.window));
        checkFits(page);
        bench.screenshot(QString("%1-%2").arg(name, look.name));
    }
    gui::applyTheme(*qApp, gui::ThemeChoice::Light, QApplication::palette());
}

/// Returns the first widget under `parent` with this accessible name, or null.
template <typename Widget>
Widget *named(const QWidget &parent, const QString &accessibleName)
{
    for (auto *widget : parent.findChildren<Widget *>())
        if (widget->accessibleName() == accessibleName)
            return widget;
    return nullptr;
}

/// Returns the button with this name or text, or null.
template <typename Button>
Button *buttonNamed(const QWidget &parent, const QString &name)
{
    for (Button *button : parent.findChildren<Button *>())
        if (button->accessibleName() == name || button->text().remove('&') == name)
            return button;
    return nullptr;
}

inline const models::Table *tableNamed(const std::vector<models::Table> &tables, const QString &name)
{
    const auto found = std::ranges::find(tables, name, &models::Table::name);
    return found == tables.end() ? nullptr : &*found;
}

} // namespace reslens::test
