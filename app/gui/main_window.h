// The window: panels around the pages of the selected block, and every action with its shortcut.
#pragma once

#include "gui/opening.h"
#include "gui/saving.h"
#include "models/item_models.h"
#include "pages/page_frame.h"

#include <QMainWindow>

class QTabWidget;
class QToolButton;

namespace reslens::widgets {
class MessageBar;
class PredictionView;
class Ribbon;
} // namespace reslens::widgets

namespace reslens::gui {

class ImagePanel;
class NetworkPanel;

class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(const WindowContext &context);

    const widgets::MessageBar &messageBar() const { return *m_message; }
    /// Shows a page by its id; ignores an unknown one.
    void showPage(const QString &id);
    /// Compares preparations of the open pictures.
    void showFit();
    /// Shows the panel of the model's settings, ready for the keyboard.
    void showSettings();
    /// Lays a map over the picture by its id; an empty id removes it.
    void showMap(const QString &id);
    void openSession(const QString &path) { m_saving->openSession(path); }
    void saveSession(const QString &path) { m_saving->saveSession(path); }
    void saveReport(const QString &path) { m_saving->saveReport(path); }

    QSize sizeHint() const override { return {1440, 900}; }

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragLeaveEvent(QDragLeaveEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void closeEvent(QCloseEvent *event) override;

private:
    void buildPanels();
    void buildCentre();
    void connectSession();
    void restoreLayout();
    void showTitle();
    void showModel();
    void showPredictions();
    void showTarget();

    // main_window_menus.cpp
    /// One line of a menu; without a text it is a separator.
    struct Entry {
        QString text;
        QKeySequence shortcut;
        std::function<void()> run;
    };
    QList<QAction *> addEntries(QMenu *menu, const std::vector<Entry> &entries);
    void buildMenus();
    void buildToolBar();
    void buildFileMenu();
    void buildEditMenu();
    void buildViewMenu();
    void buildThemeMenu(QMenu *view);
    void buildModelMenu();
    void fillDevices(QMenu *menu);
    void buildInspectMenu();
    void offerCamera(QMenu *file, QAction *action);
    void explain(bool isOn);
    void popUp(QToolButton *button);
    void showShortcuts();
    void showAbout();

    WindowContext m_context;
    models::PredictionModel m_predictions;
    QByteArray m_initialLayout;
    QToolButton *m_modelButton = nullptr, *m_exportButton = nullptr, *m_recentButton = nullptr;
    QTabWidget *m_tabs = nullptr;
    widgets::MessageBar *m_message = nullptr;
    widgets::PredictionView *m_predictionView = nullptr;
    widgets::Ribbon *m_ribbon = nullptr;
    ImagePanel *m_imagePanel = nullptr;
    NetworkPanel *m_networkPanel = nullptr;
    Opening *m_opening = nullptr;
    Saving *m_saving = nullptr;
    std::vector<QDockWidget *> m_panels;
    std::vector<pages::PageFrame *> m_frames; // one per tab
    QAction *m_explain = nullptr;
};

} // namespace reslens::gui
