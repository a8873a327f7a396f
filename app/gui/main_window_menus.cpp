// The window's menus and tool bar: every action, its words and its shortcut.
#include "gui/main_window.h"

#include "gui/image_panel.h"
#include "session/session.h"
#include "widgets/labels.h"
#include "widgets/prediction_view.h"
#include "widgets/ribbon.h"

#include <QActionGroup>
#include <QDockWidget>
#include <QHBoxLayout>
#include <QMenuBar>
#include <QTabWidget>
#include <QToolButton>

#include <algorithm>

namespace reslens::gui {

namespace {

constexpr int kModelButtonWidth = 240, kModelButtonLines = 12; // the larger counts

} // namespace

QAction *MainWindow::addAction(QMenu *menu, const QString &text, const QKeySequence &shortcut,
                               std::function<void()> run)
{
    QAction *action = menu->addAction(text);
    action->setShortcut(shortcut);
    connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
    return action;
}

void MainWindow::buildMenus()
{
    buildToolBar(); // first: the menus of its buttons are in the menu bar too
    buildFileMenu();
    buildEditMenu();
    buildViewMenu();
    buildModelMenu();
    buildInspectMenu();
    buildHelpMenu();
}

void MainWindow::buildToolBar()
{
    auto *bar = new QWidget(menuBar()); // in the menu bar's row: height is for the pictures
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 6, 0);
    row->setSpacing(6);
    const auto button = [&](const QString &text, const QString &toolTip) {
        auto *made = new QToolButton(bar);
        made->setText(text);
        made->setToolTip(toolTip);
        made->setFocusPolicy(Qt::TabFocus);
        row->addWidget(made);
        return made;
    };
    connect(button(tr("Open…"), tr("Open pictures or a checkpoint (Ctrl+O)")), &QToolButton::clicked, this,
            &MainWindow::openPictures);
    connect(button(tr("Paste"), tr("Paste a picture or file paths (Ctrl+V)")), &QToolButton::clicked, this,
            &MainWindow::paste);
    m_recentButton = button(tr("Recent  ▾"), tr("Recent pictures and models (Ctrl+R)"));
    m_modelButton = button(tr("Model  ▾"), tr("Choose the network (Ctrl+M)"));
    m_exportButton = button(tr("Export  ▾"), tr("Save what the view shows (Ctrl+E)"));
    m_modelButton->setFixedWidth( // its text changes, its place must not
        std::max(kModelButtonWidth, kModelButtonLines * fontMetrics().height()));
    for (QToolButton *menuButton : {m_recentButton, m_modelButton, m_exportButton}) {
        menuButton->setPopupMode(QToolButton::InstantPopup);
        menuButton->setMenu(new QMenu(menuButton));
    }
    m_recentMenu = m_recentButton->menu();
    m_recentMenu->setTitle(tr("&Recent"));
    m_modelMenu = m_modelButton->menu();
    m_exportMenu = m_exportButton->menu();
    m_exportMenu->setTitle(tr("&Export"));
    connect(m_recentMenu, &QMenu::aboutToShow, this, &MainWindow::fillRecent);
    connect(m_exportMenu, &QMenu::aboutToShow, this, &MainWindow::fillExport);
    connect(button(tr("?"), tr("Show all keyboard shortcuts (?)")), &QToolButton::clicked, this,
            &MainWindow::showShortcuts);
    menuBar()->setCornerWidget(bar);
}

void MainWindow::buildFileMenu()
{
    QMenu *file = menuBar()->addMenu(tr("&File"));
    addAction(file, tr("&Open pictures…"), QKeySequence::Open, [this] { openPictures(); });
    addAction(file, tr("Open &folder…"), Qt::CTRL | Qt::SHIFT | Qt::Key_F, [this] { openFolder(); });
    addAction(file, tr("Open &model…"), Qt::CTRL | Qt::SHIFT | Qt::Key_O, [this] { openModelFile(); });
    buildCameraAction(file);
    file->addMenu(m_recentMenu);
    if (!m_context.catalogue.samples.empty()) {
        m_samplesMenu = file->addMenu(tr("&Samples"));
        int number = 1;
        for (const Catalogue::Sample &sample : m_context.catalogue.samples) {
            const QKeySequence shortcut =
                number <= 9 ? QKeySequence(Qt::CTRL | Qt::Key(Qt::Key_0 + number)) : QKeySequence();
            addAction(m_samplesMenu, sample.title, shortcut,
                      [this, path = sample.path] { m_context.session.openPaths({path}); });
            ++number;
        }
    }
    file->addSeparator();
    buildSessionActions(file);
    file->addMenu(m_exportMenu);
    file->addSeparator();
    addAction(file, tr("Show recent"), Qt::CTRL | Qt::Key_R, [this] { popUp(m_recentButton); });
    addAction(file, tr("Show export"), Qt::CTRL | Qt::Key_E, [this] { popUp(m_exportButton); });
    addAction(file, tr("&Quit"), Qt::CTRL | Qt::Key_Q, [this] { close(); });
}

void MainWindow::buildEditMenu()
{
    QMenu *edit = menuBar()->addMenu(tr("&Edit"));
    QUndoStack &steps = m_context.session.scales().undoStack();
    QAction *undo = steps.createUndoAction(this, tr("&Undo"));
    undo->setShortcut(QKeySequence::Undo);
    QAction *redo = steps.createRedoAction(this, tr("&Redo"));
    redo->setShortcut(QKeySequence::Redo);
    edit->addActions({undo, redo});
    edit->addSeparator();
    addAction(edit, tr("&Paste picture or paths"), QKeySequence::Paste, [this] { paste(); });
    addAction(edit, tr("&Copy predictions"), Qt::CTRL | Qt::SHIFT | Qt::Key_C, [this] { m_predictionView->copy(); });
    buildCopyActions(edit);
}

void MainWindow::buildViewMenu()
{
    QMenu *view = menuBar()->addMenu(tr("&View"));
    const Qt::Key keys[] = {Qt::Key_F6, Qt::Key_F7, Qt::Key_F8};
    int number = 0;
    for (QDockWidget *panel : m_panels) {
        QAction *toggle = panel->toggleViewAction();
        toggle->setShortcut(keys[number++]);
        view->addAction(toggle);
    }
    addAction(view, tr("&Reset layout"), Qt::CTRL | Qt::ALT | Qt::Key_R, [this] { restoreState(m_initialLayout); });
    view->addSeparator();
    buildThemeMenu(view);
    m_explain = addAction(view, tr("&Explain the views"), Qt::Key_F3, [] {});
    m_explain->setCheckable(true);
    connect(m_explain, &QAction::toggled, this, [this](bool isOn) {
        for (pages::PageFrame *frame : m_frames)
            frame->setExplained(isOn);
    });
    for (pages::PageFrame *frame : m_frames)
        connect(frame, &pages::PageFrame::explainedChanged, m_explain, &QAction::setChecked);
    view->addSeparator();
    addAction(view, tr("&Full screen"), Qt::Key_F11, [this] { isFullScreen() ? showNormal() : showFullScreen(); });
}

void MainWindow::buildThemeMenu(QMenu *view)
{
    QMenu *menu = view->addMenu(tr("&Theme"));
    auto *group = new QActionGroup(this);
    const struct {
        ThemeChoice choice;
        QString text;
        Qt::Key key;
    } choices[] = {{ThemeChoice::System, tr("As the &system"), Qt::Key_S},
                   {ThemeChoice::Light, tr("&Light"), Qt::Key_L},
                   {ThemeChoice::Dark, tr("&Dark"), Qt::Key_D}};
    for (const auto &entry : choices) {
        QAction *action = addAction(menu, entry.text, Qt::CTRL | Qt::ALT | entry.key, [this, choice = entry.choice] {
            m_context.settings.setTheme(choice);
            m_context.applyTheme(choice);
        });
        action->setCheckable(true);
        action->setChecked(m_context.settings.theme() == entry.choice);
        group->addAction(action);
    }
}

void MainWindow::buildModelMenu()
{
    m_modelMenu->setTitle(tr("&Model"));
    menuBar()->addMenu(m_modelMenu);
    connect(m_modelMenu, &QMenu::aboutToShow, this, &MainWindow::fillModels);
    fillModels();
}

void MainWindow::buildInspectMenu()
{
    QMenu *inspect = menuBar()->addMenu(tr("&Inspect"));
    addAction(inspect, tr("Next &block"), Qt::Key_BracketRight,
              [this] { m_ribbon->setCurrentRow(m_ribbon->currentRow() + 1); });
    addAction(inspect, tr("Previous b&lock"), Qt::Key_BracketLeft,
              [this] { m_ribbon->setCurrentRow(std::max(0, m_ribbon->currentRow() - 1)); });
    addAction(inspect, tr("Next &tensor"), Qt::Key_Period, [this] { stepTap(1); });
    addAction(inspect, tr("Previous t&ensor"), Qt::Key_Comma, [this] { stepTap(-1); });
    addAction(inspect, tr("Next &picture"), Qt::ALT | Qt::Key_Right, [this] { stepPicture(1); });
    addAction(inspect, tr("Previous p&icture"), Qt::ALT | Qt::Key_Left, [this] { stepPicture(-1); });
    addAction(inspect, tr("&Self-test of the device"), Qt::Key_F9, [this] { m_context.session.trust().runSelfTest(); });
    inspect->addSeparator();
    const std::vector<pages::PageEntry> entries = pages::pages();
    for (int i = 0; i < int(entries.size()); ++i)
        addAction(inspect, entries[i].title, entries[i].shortcut, [this, i] { m_tabs->setCurrentIndex(i); });
}

void MainWindow::buildHelpMenu()
{
    QMenu *help = menuBar()->addMenu(tr("&Help"));
    addAction(help, tr("&Keyboard shortcuts"), QKeySequence(QStringLiteral("?")), [this] { showShortcuts(); });
    addAction(help, tr("&About ResLens"), Qt::Key_F1, [this] { showAbout(); });
}

} // namespace reslens::gui
