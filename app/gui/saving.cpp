#include "gui/saving.h"

#include "gui/class_map_panel.h"
#include "gui/report_collector.h"
#include "pages/files.h"
#include "pages/page_export.h"
#include "session/session.h"
#include "widgets/ribbon.h"

#include <QClipboard>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QInputDialog>
#include <QMenu>
#include <QProgressDialog>
#include <QScreen>

namespace reslens::gui {

namespace {

constexpr int kCopySharpness = 2; // a copied picture's pixels per pixel in the window

QString sessionFilter()
{
    return Saving::tr("Sessions of ResLens (*.reslens)");
}

std::vector<SavedPanel> panelsOf(const QMainWindow &window)
{
    std::vector<SavedPanel> saved;
    for (auto *panel : window.findChildren<QDockWidget *>())
        saved.push_back({panel->objectName(), window.dockWidgetArea(panel), !panel->isHidden(), panel->isFloating(),
                         panel->geometry()});
    return saved;
}

void restore(QMainWindow &window, const std::vector<SavedPanel> &panels)
{
    for (const SavedPanel &saved : panels) {
        auto *panel = window.findChild<QDockWidget *>(saved.id);
        if (!panel)
            continue;
        if (window.dockWidgetArea(panel) != saved.area)
            window.addDockWidget(saved.area, panel);
        panel->setVisible(saved.isVisible);
        panel->setFloating(saved.isFloating);
        if (saved.isFloating && window.screen()->availableVirtualGeometry().intersects(saved.place))
            panel->setGeometry(saved.place);
        if (!saved.isVisible)
            continue; // its size would become that of its neighbours
        window.resizeDocks({panel}, {saved.place.width()}, Qt::Horizontal);
        window.resizeDocks({panel}, {saved.place.height()}, Qt::Vertical);
    }
}

} // namespace

Saving::Saving(const SavingSource &source) : QObject(&source.window), m_source(source), m_keeper(source.session)
{
    connect(&m_keeper, &SessionKeeper::windowRestored, this,
            [this](const QString &page, const std::vector<SavedPanel> &panels) {
                emit pageRestored(page);
                restore(m_source.window, panels);
            });
}

QString Saving::chosenPath(const QString &title, const QString &ending, const QString &filter)
{
    const QString stem = QFileInfo(m_source.session.picture().name).completeBaseName(); // "horse" for horse.jpg
    const QString suggested = (stem.isEmpty() ? QStringLiteral("reslens") : stem) + ending;
    const QString path = QFileDialog::getSaveFileName(&m_source.window, title, suggested, filter);
    return path.isEmpty() || !QFileInfo(path).suffix().isEmpty() ? path : path + ending;
}

void Saving::chooseSession()
{
    const QString path = QFileDialog::getOpenFileName(&m_source.window, tr("Open a session"), {}, sessionFilter());
    if (!path.isEmpty())
        openSession(path);
}

void Saving::openSession(const QString &path)
{
    m_keeper.open(path);
}

void Saving::saveSessionAs()
{
    if (const QString path = chosenPath(tr("Save the session"), ".reslens", sessionFilter()); !path.isEmpty())
        saveSession(path);
}

void Saving::saveSession(const QString &path)
{
    m_keeper.save(path, frame().id(), panelsOf(m_source.window));
}

void Saving::saveReportAs()
{
    if (const QString path = chosenPath(tr("Save a report"), ".html", tr("HTML pages (*.html)")); !path.isEmpty())
        saveReport(path);
}

void Saving::saveReport(const QString &path)
{
    auto *progress =
        new QProgressDialog(tr("Looking at every view…"), tr("Cancel"), 0, m_source.tabs.count() + 1, &m_source.window);
    progress->setWindowTitle(tr("Report"));
    progress->setWindowModality(Qt::WindowModal); // keeps the session unchanged during the report
    progress->setMinimumDuration(0);
    progress->setAutoClose(false);
    progress->setAutoReset(false);
    progress->setAttribute(Qt::WA_DeleteOnClose);
    progress->setValue(0);
    const auto onDone = [this, path, progress](const Result<Report> &report) {
        progress->close();
        if (!report)
            return m_source.session.tell(report.error());
        m_source.session.write(path, [path, report = *report] { return pages::writeBytes(path, htmlOf(report)); });
    };
    ReportCollector *collector = collectReport({m_source.session, m_source.tabs, m_source.ribbon}, onDone, this);
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

void Saving::copyPicture()
{
    pages::Page &page = *frame().page();
    const QImage image = pages::imageOf(page, kCopySharpness * page.picture()->width());
    QGuiApplication::clipboard()->setImage(image);
    emit m_source.session.noticed(
        tr("Copied a picture of the view, %1 × %2 pixels").arg(image.width()).arg(image.height()));
}

void Saving::copyTables()
{
    QList<QByteArray> texts;
    std::size_t rows = 0;
    for (const models::Table &table : frame().page()->tables()) {
        texts << models::tsvOf(table);
        rows += table.rows.size();
    }
    if (texts.isEmpty())
        return m_source.session.noticed(tr("This view has no table"));
    QGuiApplication::clipboard()->setText(QString::fromUtf8(texts.join('\n'))); // an empty line separates two tables
    emit m_source.session.noticed(tr("Copied %1 rows, tab-separated").arg(rows));
}

void Saving::fillExports(QMenu &menu)
{
    menu.clear();
    const auto add = [this, &menu](const QString &title, const std::vector<pages::Export> &entries) {
        if (!entries.empty())
            menu.addSection(title);
        for (const pages::Export &entry : entries)
            connect(menu.addAction(entry.title), &QAction::triggered, this, [this, entry] { runExport(entry); });
    };
    add(m_source.tabs.tabText(m_source.tabs.currentIndex()), pages::exportsOf(*frame().page(), m_source.session));
    add(tr("Map over the picture"), m_source.classMaps.exports());
    if (menu.isEmpty())
        menu.addAction(tr("nothing to export yet"))->setEnabled(false);
}

void Saving::runExport(const pages::Export &entry)
{
    int width = entry.usualWidth;
    bool isChosen = true;
    if (width > 0)
        width =
            QInputDialog::getInt(&m_source.window, entry.title, tr("Width in pixels"), width, 64, 16384, 1, &isChosen);
    if (!isChosen)
        return;
    const QString path =
        QFileDialog::getSaveFileName(&m_source.window, entry.title, entry.suggestedName, entry.fileFilter);
    if (!path.isEmpty())
        entry.write(path, width);
}

} // namespace reslens::gui
