// All ways to save or share something: sessions, reports, exports, and copies of a view.
#pragma once

#include "gui/session_keeper.h"
#include "pages/page_frame.h"

#include <QMainWindow>
#include <QTabWidget>

class QMenu;

namespace reslens::widgets {
class Ribbon;
}

namespace reslens::gui {

class ClassMapPanel;

/// The sources of everything that is saved; they outlive Saving.
struct SavingSource {
    session::Session &session;
    QMainWindow &window;
    QTabWidget &tabs; // each is a pages::PageFrame
    widgets::Ribbon &ribbon;
    ClassMapPanel &classMaps;
};

class Saving : public QObject {
    Q_OBJECT

public:
    explicit Saving(const SavingSource &source);

    void chooseSession();
    void openSession(const QString &path);
    void saveSessionAs();
    void saveSession(const QString &path);
    void saveReportAs();
    void saveReport(const QString &path);
    void copyPicture();
    void copyTables();
    void fillExports(QMenu &menu);

signals:
    void pageRestored(const QString &id); // a session that was opened names this page

private:
    pages::PageFrame &frame() const { return *static_cast<pages::PageFrame *>(m_source.tabs.currentWidget()); }
    /// Returns the chosen path, with `ending` if none was typed; empty if the person cancelled.
    QString chosenPath(const QString &title, const QString &ending, const QString &filter);
    void runExport(const pages::Export &entry);

    SavingSource m_source;
    SessionKeeper m_keeper;
};

} // namespace reslens::gui
