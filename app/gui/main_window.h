// The window: panels around the pages of the selected block, and every action with its shortcut.
#pragma once

#include "gui/catalogue.h"
#include "gui/settings.h"
#include "models/item_models.h"
#include "pages/page_frame.h"

#include <QMainWindow>

#include <functional>

class QTabWidget;
class QToolButton;

namespace reslens::session {
class Session;
}

namespace reslens::widgets {
class MessageBar;
class PredictionView;
class Ribbon;
} // namespace reslens::widgets

namespace reslens::gui {

class ImagePanel;
class NetworkPanel;
class SessionKeeper;

/// What the window works with; all of it outlives the window.
struct WindowContext {
    session::Session &session;
    const Catalogue &catalogue;
    Settings &settings;
    std::function<void(ThemeChoice)> applyTheme;
};

class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(const WindowContext &context);

    const widgets::MessageBar &messageBar() const { return *m_message; }
    /// By id; an unknown one is ignored.
    void showPage(const QString &id);
    /// By id, over the picture; empty: none.
    void showMap(const QString &id);

    // main_window_sessions.cpp
    void openSession(const QString &path);
    void saveSession(const QString &path);
    void saveReport(const QString &path);

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragLeaveEvent(QDragLeaveEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void closeEvent(QCloseEvent *event) override;

private:
    void buildCentre();
    void buildPanels();
    void buildMenus();
    void buildFileMenu();
    void buildEditMenu();
    void buildViewMenu();
    void buildModelMenu();
    void buildInspectMenu();
    void buildHelpMenu();
    void buildToolBar();
    void buildThemeMenu(QMenu *view);
    void buildSessionActions(QMenu *file);
    void buildCameraAction(QMenu *file);
    void buildCopyActions(QMenu *edit);
    QAction *addAction(QMenu *menu, const QString &text, const QKeySequence &shortcut, std::function<void()> run);
    void connectSession();
    void restoreLayout();

    void openPictures();
    void openFolder();
    void openModelFile();
    void paste();
    void fillRecent();
    void fillModels();
    void fillExport();
    void runExport(const pages::Export &entry);
    pages::Page *currentPage() const;
    void restoreWindow(const QString &tab, const QByteArray &layout);
    bool openDroppedSession(const QMimeData &mime);
    void takePictureWithCamera();
    void copyPicture();
    void copyTables();
    void stepTap(int by);
    void stepPicture(int by);
    void stepModel(int by);
    void popUp(QToolButton *button);
    void showShortcuts();
    void showAbout();
    void showTitle();
    void showModel();
    void showPredictions();
    void showTarget();
    QSize sizeHint() const override { return {1440, 900}; }

    WindowContext m_context;
    models::PredictionModel m_predictions;
    QByteArray m_initialLayout;
    QMenu *m_samplesMenu = nullptr, *m_recentMenu = nullptr, *m_modelMenu = nullptr, *m_exportMenu = nullptr;
    QToolButton *m_modelButton = nullptr, *m_exportButton = nullptr, *m_recentButton = nullptr;
    QTabWidget *m_tabs = nullptr;
    widgets::MessageBar *m_message = nullptr;
    widgets::PredictionView *m_predictionView = nullptr;
    widgets::Ribbon *m_ribbon = nullptr;
    ImagePanel *m_imagePanel = nullptr;
    NetworkPanel *m_networkPanel = nullptr;
    SessionKeeper *m_keeper = nullptr;
    std::vector<QDockWidget *> m_panels;
    std::vector<pages::PageFrame *> m_frames; // one for each tab
    QAction *m_explain = nullptr;
};

} // namespace reslens::gui
