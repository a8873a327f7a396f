#include "gui/main_window.h"

#include "gui/application_look.h"
#include "gui/class_map_panel.h"
#include "gui/fit_dialog.h"
#include "gui/image_panel.h"
#include "gui/model_settings_panel.h"
#include "gui/network_panel.h"
#include "gui/status_strip.h"
#include "session/session.h"
#include "widgets/labels.h"
#include "widgets/prediction_view.h"
#include "widgets/ribbon.h"

#include <QCloseEvent>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QMimeData>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace reslens::gui {

namespace {

constexpr int kSidePanelWidth = 300, kSidePanelLines = 14; // the larger one counts

constexpr int kHeadingHeight = 28;
constexpr int kEdge = 4; // makes the distance between cards, with the neighbour's edge and the splitter

/// A dock that looks like a card under a small heading; it can be moved, floated and hidden.
class Panel : public QDockWidget {
public:
    /// `id` names the panel in the saved layout. `extra`, if any, stands at the right of the heading.
    Panel(const QString &id, const QString &title, QWidget *content, QWidget *extra = nullptr) : QDockWidget(title)
    {
        setObjectName(id);
        setFeatures(DockWidgetMovable | DockWidgetFloatable | DockWidgetClosable);

        auto *heading = new QWidget(this);
        auto *row = new QHBoxLayout(heading);
        row->setContentsMargins(12, 0, 8, 0);
        auto *name = new QLabel(title.toUpper(), heading);
        name->setObjectName("panelTitle");
        name->setMinimumHeight(kHeadingHeight); // a dock uses its heading's hint, not its fixed height
        row->addWidget(name);
        row->addStretch(1);
        if (extra)
            row->addWidget(extra);
        setTitleBarWidget(heading);

        auto *outer = new QWidget(this);
        auto *margins = new QVBoxLayout(outer);
        margins->setContentsMargins(kEdge, 0, kEdge, kEdge);
        auto *card = new QFrame(outer);
        card->setObjectName("card");
        auto *column = new QVBoxLayout(card);
        column->setContentsMargins(8, 8, 8, 8);
        column->addWidget(content);
        margins->addWidget(card);
        setWidget(outer);
    }

    /// Limits the height to the content's hint, to leave the room to the other panels.
    void keepLow()
    {
        m_isLow = true;
        setMaximumHeight(sizeHint().height());
    }

protected:
    bool event(QEvent *event) override
    {
        const bool isDone = QDockWidget::event(event);
        if (m_isLow && event->type() == QEvent::LayoutRequest)
            keepLow();
        return isDone;
    }

private:
    bool m_isLow = false;
};

} // namespace

MainWindow::MainWindow(const WindowContext &context) : m_context(context)
{
    setWindowIcon(appIcon());
    setAcceptDrops(true);
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    setMinimumSize(900, 600);
    buildPanels();
    buildCentre();
    m_opening = new Opening(m_context, this);
    m_saving = new Saving({m_context.session, *this, *m_tabs, *m_ribbon, *m_imagePanel->classMaps()});
    connect(m_opening, &Opening::sessionDropped, m_saving, &Saving::openSession);
    connect(m_saving, &Saving::pageRestored, this, &MainWindow::showPage);
    auto *strip = new StatusStrip(m_context.session, this);
    setStatusBar(strip);
    connect(strip, &StatusStrip::settingsRequested, this, &MainWindow::showSettings);
    connect(strip, &StatusStrip::fitRequested, this, &MainWindow::showFit);
    buildMenus();
    connectSession();
    showTitle();
    showModel();
    restoreLayout();
}

void MainWindow::buildPanels()
{
    m_imagePanel = new ImagePanel(m_context.session, m_context.catalogue);
    m_predictionView = new widgets::PredictionView;
    m_predictionView->setModel(&m_predictions);
    m_networkPanel = new NetworkPanel(m_context.session);
    m_ribbon = m_networkPanel->ribbon();

    auto *image = new Panel("image", tr("Image"), m_imagePanel);
    auto *predictions = new Panel("predictions", tr("Predictions"), m_predictionView);
    auto *network = new Panel("network", tr("Network"), m_networkPanel, m_networkPanel->heading());
    network->keepLow();
    setCorner(Qt::TopLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    addDockWidget(Qt::LeftDockWidgetArea, image);
    addDockWidget(Qt::LeftDockWidgetArea, predictions);
    addDockWidget(Qt::TopDockWidgetArea, network);
    auto *settings = new Panel("settings", tr("Model settings"), new ModelSettingsPanel(m_context.session));
    addDockWidget(Qt::RightDockWidgetArea, settings);
    settings->hide();
    m_panels = {image, predictions, network, settings};
}

void MainWindow::buildCentre()
{
    auto *centre = new QWidget(this);
    auto *column = new QVBoxLayout(centre);
    column->setContentsMargins(4, 0, 4, 6);
    m_message = new widgets::MessageBar(centre);
    m_tabs = new QTabWidget(centre);
    m_tabs->setAccessibleName(tr("Views of the selected block"));
    pages::PageContext context{m_context.session, *m_imagePanel->view()};
    for (const Catalogue::Model &model : m_context.catalogue.models)
        context.models.emplace_back(model.name, model.title);
    for (const pages::PageEntry &entry : pages::pages()) {
        m_frames.push_back(new pages::PageFrame(entry, context, m_tabs));
        const int index = m_tabs->addTab(m_frames.back(), entry.title);
        m_tabs->setTabToolTip(index, entry.shortcut.toString(QKeySequence::NativeText));
    }
    column->addWidget(m_message);
    column->addWidget(m_tabs, 1);
    setCentralWidget(centre);
}

void MainWindow::connectSession()
{
    session::Session &session = m_context.session;
    using session::Session;
    connect(&session, &Session::failed, m_message, &widgets::MessageBar::showProblem);
    connect(&session, &Session::noticed, m_message, &widgets::MessageBar::showNotice);
    connect(&session, &Session::modelChanged, this, &MainWindow::showModel);
    connect(&session, &Session::modelChanged, this, &MainWindow::showTitle);
    connect(&session, &Session::pictureChanged, this, &MainWindow::showTitle);
    connect(&session, &Session::pictureChanged, m_message, &QWidget::hide);
    connect(&session, &Session::tracedChanged, this, &MainWindow::showPredictions);
    connect(&session, &Session::tracedChanged, this, &MainWindow::showTarget);
    connect(&session, &Session::objectiveChanged, this, &MainWindow::showTarget);
    const auto showActivity = [this] {
        const QString activity = m_context.session.activity();
        m_predictionView->setPlaceholder(activity.isEmpty() ? tr("Open a picture to classify it") : activity);
    };
    connect(&session, &Session::activityChanged, this, showActivity);
    showActivity();
    connect(m_predictionView, &QListView::clicked, this, [this](const QModelIndex &index) {
        m_context.session.selectTarget(index.data(models::PredictionModel::ClassIndexRole).toInt());
    });
    connect(m_imagePanel->view(), &widgets::ImageView::openRequested, m_opening, &Opening::choosePictures);
}

void MainWindow::showModel()
{
    const nn::Model *model = m_context.session.model();
    const QString name = model ? QString::fromStdString(model->name) : tr("Model");
    constexpr int kSurroundings = 54; // pixels around the text: padding and the arrow
    m_modelButton->setText(
        m_modelButton->fontMetrics().elidedText(name, Qt::ElideMiddle, m_modelButton->width() - kSurroundings) +
        QStringLiteral("  ▾"));
    m_predictions.setPredictions({});
}

void MainWindow::showPredictions()
{
    m_predictions.setPredictions(m_context.session.predictions());
    showTarget();
}

void MainWindow::showTarget()
{
    m_predictionView->setCurrentIndex(m_predictions.index(m_predictions.rowOf(m_context.session.targetClass()), 0));
}

void MainWindow::showTitle()
{
    QStringList parts;
    if (!m_context.session.picture().isNull())
        parts << m_context.session.picture().name;
    if (const nn::Model *model = m_context.session.model())
        parts << QString::fromStdString(model->name);
    parts << QStringLiteral("ResLens");
    setWindowTitle(parts.join(QStringLiteral(" — ")));
}

void MainWindow::restoreLayout()
{
    resize(sizeHint());
    QDockWidget *image = m_panels[0], *predictions = m_panels[1];
    resizeDocks({image}, {std::max(kSidePanelWidth, kSidePanelLines * fontMetrics().height())}, Qt::Horizontal);
    resizeDocks({image, predictions}, {sizeHint().height(), predictions->minimumSizeHint().height()}, Qt::Vertical);
    m_ribbon->setFocus();
    m_initialLayout = saveState();
    restoreGeometry(m_context.settings.geometry());
    restoreState(m_context.settings.layout());
    showPage(m_context.settings.page());
}

void MainWindow::showMap(const QString &id)
{
    m_imagePanel->classMaps()->choose(id);
}

void MainWindow::showFit()
{
    (new FitDialog(m_context.session, this))->show();
}

void MainWindow::showSettings()
{
    QDockWidget *settings = m_panels.back();
    settings->show();
    settings->raise();
    settings->activateWindow(); // it may float
    settings->findChild<ModelSettingsPanel *>()->setFocus(Qt::ShortcutFocusReason);
}

void MainWindow::showPage(const QString &id)
{
    for (int i = 0; i < int(m_frames.size()); ++i)
        if (m_frames[std::size_t(i)]->id() == id)
            m_tabs->setCurrentIndex(i);
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (!canTake(*event->mimeData()))
        return;
    m_imagePanel->view()->setDropHint(true);
    event->acceptProposedAction();
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent *)
{
    m_imagePanel->view()->setDropHint(false);
}

void MainWindow::dropEvent(QDropEvent *event)
{
    m_imagePanel->view()->setDropHint(false);
    m_opening->take(*event->mimeData());
    event->acceptProposedAction();
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    m_context.settings.setWindow(saveGeometry(), saveState());
    m_context.settings.setPage(m_frames[std::size_t(m_tabs->currentIndex())]->id());
    QMainWindow::closeEvent(event);
}

} // namespace reslens::gui
