// What the window keeps and hands on: sessions, reports, copies of a view, pictures from a camera.
#include "gui/main_window.h"

#include "gui/camera.h"
#include "gui/report_collector.h"
#include "gui/session_keeper.h"
#include "pages/files.h"
#include "pages/page_export.h"
#include "session/session.h"
#include "widgets/labels.h"
#include "widgets/ribbon.h"

#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QMenu>
#include <QMimeData>
#include <QPointer>
#include <QProgressDialog>
#include <QTabWidget>

#include <algorithm>

namespace reslens::gui {

namespace {

constexpr int kCopySharpness = 2; // pixels of a copied picture for each of the window's

QString sessionFilter()
{
    return MainWindow::tr("Sessions of ResLens (*.reslens)");
}

/// "horse", of horse.jpg: what a file about the picture is called.
QString stemOf(const session::Session &session)
{
    const QString stem = QFileInfo(session.picture().name).completeBaseName();
    return stem.isEmpty() ? QStringLiteral("reslens") : stem;
}

QString withEnding(const QString &path, const QString &ending)
{
    return QFileInfo(path).suffix().isEmpty() ? path + ending : path;
}

} // namespace

void MainWindow::buildSessionActions(QMenu *file)
{
    m_keeper = new SessionKeeper(m_context.session, this);
    connect(m_keeper, &SessionKeeper::windowRestored, this, &MainWindow::restoreWindow);
    addAction(file, tr("Open s&ession…"), Qt::CTRL | Qt::ALT | Qt::Key_O, [this] {
        const QString path = QFileDialog::getOpenFileName(this, tr("Open a session"), {}, sessionFilter());
        if (!path.isEmpty())
            openSession(path);
    });
    addAction(file, tr("Sa&ve session…"), QKeySequence::Save, [this] {
        const QString path = QFileDialog::getSaveFileName(this, tr("Save the session"),
                                                          stemOf(m_context.session) + ".reslens", sessionFilter());
        if (!path.isEmpty())
            saveSession(withEnding(path, ".reslens"));
    });
    addAction(file, tr("Save re&port…"), Qt::CTRL | Qt::SHIFT | Qt::Key_R, [this] {
        const QString path = QFileDialog::getSaveFileName(
            this, tr("Save a report"), stemOf(m_context.session) + ".html", tr("HTML pages (*.html)"));
        if (!path.isEmpty())
            saveReport(withEnding(path, ".html"));
    });
    file->addSeparator();
}

void MainWindow::openSession(const QString &path)
{
    m_keeper->open(path);
}

void MainWindow::saveSession(const QString &path)
{
    m_keeper->save(path, m_frames[std::size_t(m_tabs->currentIndex())]->id(), saveState());
}

void MainWindow::restoreWindow(const QString &tab, const QByteArray &layout)
{
    showPage(tab);
    if (!layout.isEmpty())
        restoreState(layout); // what it cannot read, it leaves as it is
}

bool MainWindow::openDroppedSession(const QMimeData &mime)
{
    const QList<QUrl> urls = mime.urls();
    if (urls.size() != 1 || !urls.front().isLocalFile() || !isSessionFile(urls.front().toLocalFile()))
        return false;
    openSession(urls.front().toLocalFile());
    return true;
}

void MainWindow::saveReport(const QString &path)
{
    auto *progress = new QProgressDialog(tr("Looking at every view…"), tr("Cancel"), 0, m_tabs->count() + 1, this);
    progress->setWindowTitle(tr("Report"));
    progress->setWindowModality(Qt::WindowModal); // nobody changes what is being reported
    progress->setMinimumDuration(0);
    progress->setAutoClose(false);
    progress->setAutoReset(false);
    progress->setAttribute(Qt::WA_DeleteOnClose);
    progress->setValue(0);
    const auto onDone = [this, path, progress](const Result<Report> &report) {
        progress->close();
        if (!report) {
            m_context.session.tell(report.error());
            return;
        }
        m_context.session.write(path, [path, report = *report] { return pages::writeBytes(path, htmlOf(report)); });
    };
    ReportCollector *collector = collectReport({m_context.session, *m_tabs, *m_ribbon}, onDone, this);
    connect(collector, &ReportCollector::progressed, progress, [progress](int step, const QString &what) {
        progress->setValue(step);
        progress->setLabelText(what);
    });
    connect(progress, &QProgressDialog::canceled, collector, [collector, progress] {
        collector->cancel();
        collector->deleteLater();
        progress->close();
    });
}

void MainWindow::buildCopyActions(QMenu *edit)
{
    addAction(edit, tr("Copy p&icture of the view"), Qt::CTRL | Qt::SHIFT | Qt::Key_P, [this] { copyPicture(); });
    addAction(edit, tr("Copy &tables of the view"), Qt::CTRL | Qt::SHIFT | Qt::Key_T, [this] { copyTables(); });
}

void MainWindow::copyPicture()
{
    pages::Page &page = *currentPage();
    const QImage image = pages::imageOf(page, kCopySharpness * page.picture()->width());
    QGuiApplication::clipboard()->setImage(image);
    m_message->showNotice(tr("Copied a picture of the view, %1 × %2 pixels").arg(image.width()).arg(image.height()));
}

void MainWindow::copyTables()
{
    QList<QByteArray> texts;
    std::size_t rows = 0;
    for (const models::Table &table : currentPage()->tables()) {
        texts << models::tsvOf(table);
        rows += table.rows.size();
    }
    if (texts.isEmpty()) {
        m_message->showNotice(tr("This view has no table"));
        return;
    }
    QGuiApplication::clipboard()->setText(QString::fromUtf8(texts.join('\n'))); // an empty line between two
    m_message->showNotice(tr("Copied %1 rows, tab-separated").arg(rows));
}

void MainWindow::buildCameraAction(QMenu *file)
{
    QAction *action = addAction(file, tr("Take a picture with the &camera…"), Qt::CTRL | Qt::Key_K,
                                [this] { takePictureWithCamera(); });
    file->setToolTipsVisible(true);
    connect(file, &QMenu::aboutToShow, action, [action] { // not before: asking for cameras takes a moment
        const QString why = whyNoCamera();
        action->setEnabled(why.isEmpty());
        action->setToolTip(why.isEmpty() ? tr("Shows what the camera sees, with a shutter") : why);
    });
}

void MainWindow::takePictureWithCamera()
{
    if (const QString why = whyNoCamera(); !why.isEmpty()) {
        m_message->showNotice(why);
        return;
    }
    showCameraDialog(this, [this](const QImage &frame) { m_context.session.openImage(frame, tr("Camera picture")); });
}

} // namespace reslens::gui
