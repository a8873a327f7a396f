// What the window's actions do.
#include "gui/class_map_panel.h"
#include "gui/drop.h"
#include "gui/image_panel.h"
#include "gui/main_window.h"

#include "image/decode.h"
#include "pages/page_export.h"
#include "session/session.h"
#include "widgets/labels.h"
#include "widgets/ribbon.h"
#include "widgets/shortcut_overlay.h"

#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QInputDialog>
#include <QMenuBar>
#include <QMessageBox>
#include <QTabWidget>
#include <QToolButton>

#include <algorithm>

namespace reslens::gui {

namespace {

QString pictureFilter()
{
    QStringList patterns;
    for (const QString &suffix : image::fileSuffixes())
        patterns << "*." + suffix;
    return MainWindow::tr("Pictures (%1);;All files (*)").arg(patterns.join(' '));
}

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

void MainWindow::openPictures()
{
    const QStringList paths = QFileDialog::getOpenFileNames(this, tr("Open pictures"), {}, pictureFilter());
    m_context.session.openPaths(paths);
}

void MainWindow::openFolder()
{
    const QString path = QFileDialog::getExistingDirectory(this, tr("Open a folder of pictures"));
    if (!path.isEmpty())
        m_context.session.openPaths({path});
}

void MainWindow::openModelFile()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Open a model"), {},
                                                      tr("Checkpoints (*.pth *.pt *.th *.safetensors);;All files (*)"));
    if (!path.isEmpty())
        m_context.session.openModel(path);
}

void MainWindow::paste()
{
    const QMimeData *clip = QGuiApplication::clipboard()->mimeData();
    if (clip && canTake(*clip))
        take(*clip, m_context.session);
    else
        m_message->showNotice(tr("The clipboard holds no picture and no file"));
}

void MainWindow::fillRecent()
{
    m_recentMenu->clear();
    const auto add = [&](const QString &title, const QStringList &paths, auto open) {
        m_recentMenu->addSection(title);
        int number = 1;
        for (const QString &path : paths) {
            QAction *action =
                m_recentMenu->addAction(QStringLiteral("&%1  %2").arg(number++).arg(QFileInfo(path).fileName()));
            action->setToolTip(path);
            connect(action, &QAction::triggered, this, [open, path] { open(path); });
        }
        if (paths.isEmpty())
            m_recentMenu->addAction(tr("none yet"))->setEnabled(false);
    };
    session::Session &session = m_context.session;
    add(tr("Pictures"), m_context.settings.recentPictures(),
        [&session](const QString &path) { session.openPaths({path}); });
    add(tr("Models"), m_context.settings.recentModels(), [&session](const QString &path) { session.openModel(path); });
    m_recentMenu->setToolTipsVisible(true);
}

void MainWindow::fillModels()
{
    m_modelMenu->clear();
    m_modelMenu->setToolTipsVisible(true);
    const std::string current = m_context.session.model() ? m_context.session.model()->name : std::string();
    for (const Catalogue::Model &model : m_context.catalogue.models) {
        QAction *action = m_modelMenu->addAction(model.title);
        action->setToolTip(model.description);
        action->setCheckable(true);
        action->setChecked(model.name.toStdString() == current);
        connect(action, &QAction::triggered, this, [this, name = model.name] { m_context.session.openModel(name); });
    }
    m_modelMenu->addSeparator();
    addAction(m_modelMenu, tr("&Next model"), Qt::CTRL | Qt::Key_BracketRight, [this] { stepModel(1); });
    addAction(m_modelMenu, tr("&Previous model"), Qt::CTRL | Qt::Key_BracketLeft, [this] { stepModel(-1); });
    addAction(m_modelMenu, tr("&Choose a model"), Qt::CTRL | Qt::Key_M, [this] { popUp(m_modelButton); });
    m_modelMenu->addAction(tr("&Open a checkpoint…"), this, &MainWindow::openModelFile);
}

pages::Page *MainWindow::currentPage() const
{
    return m_frames[std::size_t(m_tabs->currentIndex())]->page();
}

void MainWindow::fillExport()
{
    m_exportMenu->clear();
    const auto add = [this](const QString &title, const std::vector<pages::Export> &entries) {
        if (!entries.empty())
            m_exportMenu->addSection(title);
        for (const pages::Export &entry : entries)
            connect(m_exportMenu->addAction(entry.title), &QAction::triggered, this,
                    [this, entry] { runExport(entry); });
    };
    add(m_tabs->tabText(m_tabs->currentIndex()), pages::exportsOf(*currentPage(), m_context.session));
    add(tr("Map over the picture"), m_imagePanel->classMaps()->exports());
    if (m_exportMenu->isEmpty())
        m_exportMenu->addAction(tr("nothing to export yet"))->setEnabled(false);
}

void MainWindow::runExport(const pages::Export &entry)
{
    int width = entry.usualWidth;
    bool isChosen = true;
    if (width > 0)
        width = QInputDialog::getInt(this, entry.title, tr("Width in pixels"), width, 64, 16384, 1, &isChosen);
    if (!isChosen)
        return;
    const QString path = QFileDialog::getSaveFileName(this, entry.title, entry.suggestedName, entry.fileFilter);
    if (!path.isEmpty())
        entry.write(path, width);
}

void MainWindow::stepTap(int by)
{
    m_context.session.selectTap(m_context.session.tapIndex() + by);
}

void MainWindow::stepPicture(int by)
{
    m_context.session.showPicture(m_context.session.pictureIndex() + by);
}

void MainWindow::stepModel(int by)
{
    const std::vector<Catalogue::Model> &models = m_context.catalogue.models;
    if (models.empty())
        return;
    const std::string current = m_context.session.model() ? m_context.session.model()->name : std::string();
    const auto found =
        std::ranges::find_if(models, [&](const auto &model) { return model.name.toStdString() == current; });
    const int index = found == models.end() ? 0 : int(found - models.begin()) + by;
    const int count = int(models.size());
    m_context.session.openModel(models[(index + count) % count].name);
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
    groups.push_back({tr("In the feature maps"),
                      {{"← → ↑ ↓", tr("choose a channel")},
                       {"Page ↑ ↓", tr("a page of channels")},
                       {"+  −  0", tr("zoom all, whole plane")},
                       {"Enter", tr("show, hide the large view")},
                       {"O", tr("lay it over the picture")},
                       {"Ctrl+wheel", tr("zoom all channels")}}});
    new widgets::ShortcutOverlay(std::move(groups), this);
}

void MainWindow::showAbout()
{
    auto *box = new QMessageBox(QMessageBox::NoIcon, tr("About ResLens"),
                                tr("<h2>ResLens %1</h2><p>Looks inside residual networks.</p>"
                                   "<p>Everything runs on this computer; nothing is sent anywhere.</p>"
                                   "<p>Free software under the GNU General Public License, version 3 or later.</p>")
                                    .arg(QGuiApplication::applicationVersion()),
                                QMessageBox::Close, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setIconPixmap(windowIcon().pixmap(96, 96));
    box->open();
}

} // namespace reslens::gui
