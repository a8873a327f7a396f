// The window's menus: every action with its shortcut. The table of all shortcuts is made from them.
#include "gui/main_window.h"

#include "gui/camera.h"
#include "gui/file_contents_dialog.h"
#include "session/session.h"
#include "widgets/labels.h"
#include "widgets/prediction_view.h"
#include "widgets/ribbon.h"
#include "widgets/shortcut_overlay.h"

#include <QActionGroup>
#include <QCoreApplication>
#include <QDockWidget>
#include <QHBoxLayout>
#include <QMenuBar>
#include <QMessageBox>
#include <QTabWidget>
#include <QToolButton>

#include <algorithm>

namespace reslens::gui {

namespace {

constexpr int kModelButtonWidth = 240, kModelButtonLines = 12; // the larger one counts
constexpr auto kCtrl = Qt::CTRL;
constexpr auto kCtrlShift = Qt::CTRL | Qt::SHIFT, kCtrlAlt = Qt::CTRL | Qt::ALT;

QString withoutMnemonic(QString text)
{
    return text.remove('&');
}

/// The actions of `menu` and its submenus that have a shortcut.
void collect(const QMenu &menu, widgets::ShortcutGroup &group)
{
    const QList<QAction *> actions = menu.actions();
    for (const QAction *action : actions) {
        if (const QMenu *inner = action->menu())
            collect(*inner, group);
        else if (!action->shortcut().isEmpty())
            group.entries.push_back(
                {action->shortcut().toString(QKeySequence::NativeText), withoutMnemonic(action->text())});
    }
}

} // namespace

QList<QAction *> MainWindow::addEntries(QMenu *menu, const std::vector<Entry> &entries)
{
    QList<QAction *> actions;
    for (const Entry &entry : entries) {
        actions << (entry.text.isEmpty() ? menu->addSeparator() : menu->addAction(entry.text));
        actions.back()->setShortcut(entry.shortcut);
        if (entry.run)
            connect(actions.back(), &QAction::triggered, this, [run = entry.run] { run(); });
    }
    return actions;
}

void MainWindow::buildMenus()
{
    buildToolBar(); // first: its buttons' menus are in the menu bar too
    buildFileMenu();
    buildEditMenu();
    buildViewMenu();
    buildModelMenu();
    buildInspectMenu();
    addEntries(menuBar()->addMenu(tr("&Help")),
               {{tr("&Keyboard shortcuts"), QKeySequence(QStringLiteral("?")), [this] { showShortcuts(); }},
                {tr("&About ResLens"), Qt::Key_F1, [this] { showAbout(); }}});
}

void MainWindow::buildToolBar()
{
    auto *bar = new QWidget(menuBar()); // in the menu bar's row, to leave the height to the pictures
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
    const auto menuButton = [&](const QString &text, const QString &toolTip, const QString &title) {
        QToolButton *made = button(text, toolTip);
        made->setPopupMode(QToolButton::InstantPopup);
        made->setMenu(new QMenu(title, made));
        return made;
    };
    connect(button(tr("Open…"), tr("Open pictures or a checkpoint (Ctrl+O)")), &QToolButton::clicked, m_opening,
            &Opening::choosePictures);
    connect(button(tr("Paste"), tr("Paste a picture or file paths (Ctrl+V)")), &QToolButton::clicked, m_opening,
            &Opening::paste);
    m_recentButton = menuButton(tr("Recent  ▾"), tr("Recent pictures and models (Ctrl+R)"), tr("&Recent"));
    m_modelButton = menuButton(tr("Model  ▾"), tr("Choose the network (Ctrl+M)"), tr("&Model"));
    m_exportButton = menuButton(tr("Export  ▾"), tr("Save what the view shows (Ctrl+E)"), tr("&Export"));
    m_modelButton->setFixedWidth( // keeps its place when its text changes
        std::max(kModelButtonWidth, kModelButtonLines * fontMetrics().height()));
    connect(m_recentButton->menu(), &QMenu::aboutToShow, this,
            [this] { m_opening->fillRecent(*m_recentButton->menu()); });
    connect(m_exportButton->menu(), &QMenu::aboutToShow, this,
            [this] { m_saving->fillExports(*m_exportButton->menu()); });
    connect(button(tr("?"), tr("Show all keyboard shortcuts (?)")), &QToolButton::clicked, this,
            &MainWindow::showShortcuts);
    menuBar()->setCornerWidget(bar);
}

void MainWindow::buildFileMenu()
{
    QMenu *file = menuBar()->addMenu(tr("&File"));
    const QList<QAction *> opening = addEntries(
        file, {{tr("&Open pictures…"), QKeySequence::Open, [this] { m_opening->choosePictures(); }},
               {tr("Open &folder…"), kCtrlShift | Qt::Key_F, [this] { m_opening->chooseFolder(); }},
               {tr("Open &model…"), kCtrlShift | Qt::Key_O, [this] { m_opening->chooseModel(); }},
               {tr("Take a picture with the &camera…"), kCtrl | Qt::Key_K, [this] { m_opening->takePicture(); }}});
    offerCamera(file, opening.back());
    file->addMenu(m_recentButton->menu());
    std::vector<Entry> samples;
    for (const Catalogue::Sample &sample : m_context.catalogue.samples) {
        const int number = int(samples.size()) + 1;
        samples.push_back({sample.title, number <= 9 ? kCtrl | Qt::Key(Qt::Key_0 + number) : QKeySequence(),
                           [this, path = sample.path] { m_context.session.openPaths({path}); }});
    }
    if (!samples.empty())
        addEntries(file->addMenu(tr("&Samples")), samples);
    addEntries(file, {{},
                      {tr("Open s&ession…"), kCtrlAlt | Qt::Key_O, [this] { m_saving->chooseSession(); }},
                      {tr("Sa&ve session…"), QKeySequence::Save, [this] { m_saving->saveSessionAs(); }},
                      {tr("Save re&port…"), kCtrlShift | Qt::Key_R, [this] { m_saving->saveReportAs(); }},
                      {}});
    file->addMenu(m_exportButton->menu());
    addEntries(file, {{},
                      {tr("Show recent"), kCtrl | Qt::Key_R, [this] { popUp(m_recentButton); }},
                      {tr("Show export"), kCtrl | Qt::Key_E, [this] { popUp(m_exportButton); }},
                      {tr("&Quit"), kCtrl | Qt::Key_Q, [this] { close(); }}});
}

void MainWindow::offerCamera(QMenu *file, QAction *action)
{
    file->setToolTipsVisible(true);
    connect(file, &QMenu::aboutToShow, action, [action] { // late, since asking for cameras takes a moment
        const QString why = whyNoCamera();
        action->setEnabled(why.isEmpty());
        action->setToolTip(why.isEmpty() ? tr("Shows what the camera sees, with a shutter") : why);
    });
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
    addEntries(edit, {{},
                      {tr("&Paste picture or paths"), QKeySequence::Paste, [this] { m_opening->paste(); }},
                      {tr("&Copy predictions"), kCtrlShift | Qt::Key_C, [this] { m_predictionView->copy(); }},
                      {tr("Copy p&icture of the view"), kCtrlShift | Qt::Key_P, [this] { m_saving->copyPicture(); }},
                      {tr("Copy &tables of the view"), kCtrlShift | Qt::Key_T, [this] { m_saving->copyTables(); }}});
}

void MainWindow::buildViewMenu()
{
    QMenu *view = menuBar()->addMenu(tr("&View"));
    const QKeySequence keys[] = {Qt::Key_F6, Qt::Key_F7, Qt::Key_F8, kCtrl | Qt::Key_Comma};
    int number = 0;
    for (QDockWidget *panel : m_panels) {
        QAction *toggle = panel->toggleViewAction();
        toggle->setShortcut(keys[number++]);
        view->addAction(toggle);
    }
    connect(m_panels.back()->toggleViewAction(), &QAction::triggered, this, [this](bool isShown) {
        if (isShown)
            showSettings();
    });
    addEntries(view, {{tr("&Reset layout"), kCtrlAlt | Qt::Key_R, [this] { restoreState(m_initialLayout); }}, {}});
    buildThemeMenu(view);
    m_explain = addEntries(view, {{tr("&Explain the views"), Qt::Key_F3, {}}}).front();
    m_explain->setCheckable(true);
    connect(m_explain, &QAction::toggled, this, &MainWindow::explain);
    for (pages::PageFrame *frame : m_frames)
        connect(frame, &pages::PageFrame::explainedChanged, m_explain, &QAction::setChecked);
    addEntries(view,
               {{}, {tr("&Full screen"), Qt::Key_F11, [this] { isFullScreen() ? showNormal() : showFullScreen(); }}});
}

void MainWindow::explain(bool isOn)
{
    for (pages::PageFrame *frame : m_frames)
        frame->setExplained(isOn);
}

void MainWindow::buildThemeMenu(QMenu *view)
{
    auto *group = new QActionGroup(this);
    std::vector<Entry> entries;
    const std::pair<QString, Qt::Key> choices[] = {// in the order of ThemeChoice
                                                   {tr("As the &system"), Qt::Key_S},
                                                   {tr("&Light"), Qt::Key_L},
                                                   {tr("&Dark"), Qt::Key_D}};
    for (const auto &[text, key] : choices)
        entries.push_back({text, kCtrlAlt | key, [this, choice = ThemeChoice(entries.size())] {
                               m_context.settings.setTheme(choice);
                               m_context.applyTheme(choice);
                           }});
    const QList<QAction *> actions = addEntries(view->addMenu(tr("&Theme")), entries);
    for (QAction *action : actions) {
        action->setCheckable(true);
        group->addAction(action);
    }
    actions[int(m_context.settings.theme())]->setChecked(true);
}

void MainWindow::buildModelMenu()
{
    QMenu *menu = m_modelButton->menu();
    menuBar()->addMenu(menu);
    auto *devices = new QMenu(tr("&Device"), menu);
    devices->setToolTipsVisible(true);
    connect(devices, &QMenu::aboutToShow, this, [this, devices] { fillDevices(devices); });
    connect(&m_context.session.devices(), &session::Devices::changed, devices, [this, devices] {
        if (devices->isVisible())
            fillDevices(devices);
    });
    const auto fill = [this, menu, devices] {
        m_opening->fillModels(*menu);
        addEntries(menu, {{tr("&Next model"), kCtrl | Qt::Key_BracketRight, [this] { m_opening->stepModel(1); }},
                          {tr("&Previous model"), kCtrl | Qt::Key_BracketLeft, [this] { m_opening->stepModel(-1); }},
                          {tr("&Choose a model"), kCtrl | Qt::Key_M, [this] { popUp(m_modelButton); }},
                          {tr("&Open a checkpoint…"), {}, [this] { m_opening->chooseModel(); }},
                          {},
                          {tr("What is in this &file…"), kCtrl | Qt::Key_I,
                           [this] { (new FileContentsDialog(m_context.session, this))->show(); }},
                          {tr("Find the &preprocessing…"), kCtrlShift | Qt::Key_I, [this] { showFit(); }}});
        menu->addAction(m_panels.back()->toggleViewAction());
        menu->addMenu(devices);
    };
    connect(menu, &QMenu::aboutToShow, this, fill);
    fill();
}

void MainWindow::fillDevices(QMenu *menu)
{
    menu->clear();
    session::Session &session = m_context.session;
    session::Devices &devices = session.devices();
    if (devices.all().empty())
        devices.find();
    const auto add = [&](const QString &text, const QString &id, const QString &why, bool isUsable) {
        QAction *action = menu->addAction(text);
        action->setCheckable(true);
        action->setChecked(id == session.deviceId());
        action->setEnabled(isUsable);
        action->setToolTip(why);
        connect(action, &QAction::triggered, this, [&session, id] { session.chooseDevice(id); });
    };
    add(tr("The &best"), {}, tr("Chosen when the program started"), true);
    for (const session::DeviceChoice &device : devices.all())
        add(devices.textOf(device), QString::fromStdString(device.id), QString::fromStdString(device.reason),
            device.isUsable);
    menu->addSeparator();
    QAction *measure = menu->addAction(devices.isMeasuring() ? tr("&Stop measuring") : tr("&Measure all devices"));
    measure->setEnabled(session.model() != nullptr && !devices.all().empty());
    connect(measure, &QAction::triggered, this,
            [&devices] { devices.isMeasuring() ? devices.cancel() : devices.measure(); });
}

void MainWindow::buildInspectMenu()
{
    QMenu *inspect = menuBar()->addMenu(tr("&Inspect"));
    session::Session &session = m_context.session;
    const auto stepBlock = [this](int by) { m_ribbon->setCurrentRow(std::max(0, m_ribbon->currentRow() + by)); };
    const auto stepTap = [&session](int by) { session.selectTap(session.tapIndex() + by); };
    const auto stepPicture = [&session](int by) { session.showPicture(session.pictureIndex() + by); };
    std::vector<Entry> entries{
        {tr("Next &block"), Qt::Key_BracketRight, [stepBlock] { stepBlock(1); }},
        {tr("Previous b&lock"), Qt::Key_BracketLeft, [stepBlock] { stepBlock(-1); }},
        {tr("Next &tensor"), Qt::Key_Period, [stepTap] { stepTap(1); }},
        {tr("Previous t&ensor"), Qt::Key_Comma, [stepTap] { stepTap(-1); }},
        {tr("Next &picture"), Qt::ALT | Qt::Key_Right, [stepPicture] { stepPicture(1); }},
        {tr("Previous p&icture"), Qt::ALT | Qt::Key_Left, [stepPicture] { stepPicture(-1); }},
        {tr("&Self-test of the device"), Qt::Key_F9, [&session] { session.trust().runSelfTest(); }},
        {}};
    for (int tab = 0; tab < int(m_frames.size()); ++tab)
        entries.push_back({m_frames[std::size_t(tab)]->entry().title, m_frames[std::size_t(tab)]->entry().shortcut,
                           [this, tab] { m_tabs->setCurrentIndex(tab); }});
    addEntries(inspect, entries);
}

void MainWindow::popUp(QToolButton *button)
{
    button->setFocus();
    button->showMenu();
}

void MainWindow::showShortcuts()
{
    std::vector<widgets::ShortcutGroup> groups;
    const QList<QAction *> menus = menuBar()->actions();
    for (const QAction *action : menus) {
        widgets::ShortcutGroup group{withoutMnemonic(action->text()), {}};
        collect(*action->menu(), group);
        groups.push_back(std::move(group));
    }
    groups.push_back(widgets::Ribbon::shortcuts());
    groups.push_back({tr("In a map"),
                      {{"← → ↑ ↓", tr("move the place or the channel")},
                       {"Page ↑ ↓", tr("by a page")},
                       {"Home  End", tr("to the row's ends")},
                       {"+  −  0", tr("zoom, whole plane")},
                       {"Enter", tr("select; show the large view")},
                       {"O", tr("lay it over the picture")},
                       {"Ctrl+wheel", tr("zoom")}}});
    new widgets::ShortcutOverlay(std::move(groups), this);
}

void MainWindow::showAbout()
{
    auto *box = new QMessageBox(QMessageBox::NoIcon, tr("About ResLens"),
                                tr("<h2>ResLens %1</h2><p>Looks inside residual networks.</p>"
                                   "<p>Everything runs on this computer; nothing is sent anywhere.</p>"
                                   "<p>Free software under the GNU General Public License, version 3 or later.</p>")
                                    .arg(QCoreApplication::applicationVersion()),
                                QMessageBox::Close, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setIconPixmap(windowIcon().pixmap(96, 96));
    box->open();
}

} // namespace reslens::gui
