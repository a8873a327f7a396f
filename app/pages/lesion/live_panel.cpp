#include "pages/lesion/live_panel.h"

#include "pages/files.h"
#include "session/scenario.h"
#include "session/session.h"
#include "session/subject.h"
#include "widgets/colour_legend.h"
#include "widgets/depth_chart.h"
#include "widgets/prediction_view.h"
#include "widgets/scale_table.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMenu>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace reslens::pages {

using session::Session;

namespace {

constexpr int kPredictions = 5;

QToolButton *toolButton(const QString &text, const QString &toolTip, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setText(text);
    button->setToolTip(toolTip);
    button->setAccessibleName(QString(text).remove('&'));
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

QString scenarioFilter()
{
    return LivePanel::tr("Scenarios (*.json)");
}

} // namespace

LivePanel::LivePanel(Session &session, QWidget *parent)
    : QWidget(parent), m_session(session), m_files([this](const Error &error) { m_session.tell(error); }),
      m_tools(new QWidget(this)), m_table(new widgets::ScaleTable(this))
{
    makeTools();
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(14);
    m_table->setModel(&m_scales);
    m_table->setLimits(double(nn::kSmallestScale), double(nn::kLargestScale));
    row->addWidget(m_table, 4);
    row->addWidget(makeAnswers(), 5);

    connect(&m_scales, &models::ScaleModel::edited, &session.scales(),
            [&session](int block, nn::BlockScale scale, bool isFinal) {
                session.scales().setBlock(block, scale, isFinal);
            });
    connect(&session.scales(), &session::LiveScales::changed, this, &LivePanel::showScales);
    connect(&session, &Session::modelChanged, this, [this] {
        m_intact.reset();
        m_scales.setNetwork(m_session.model()->network);
        fillPresets();
        showScales();
        m_table->setCurrentBlock(m_session.block());
    });
    connect(&session, &Session::pictureChanged, this, [this] { m_intact.reset(); });
    connect(&session, &Session::tracedChanged, this, &LivePanel::keepIntact);
    connect(&session, &Session::positionChanged, this, [this] { m_table->setCurrentBlock(m_session.block()); });
    connect(m_table, &widgets::ScaleTable::currentBlockChanged, &session, &Session::selectPosition);
    connect(m_table, &widgets::ScaleTable::hoveredBlock, &session,
            [&session](int block) { session.hoverPosition(block < 0 ? session::kNowhere : block); });
    if (session.model()) {
        m_scales.setNetwork(session.model()->network);
        fillPresets();
    }
    keepIntact();
    showScales();
}

void LivePanel::makeTools()
{
    auto *row = new QHBoxLayout(m_tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    m_presets = toolButton(tr("&Try…  ▾"), tr("Cut several blocks at once: scenarios worth a look"), m_tools);
    m_presets->setPopupMode(QToolButton::InstantPopup);
    m_presets->setMenu(new QMenu(m_presets));
    m_presets->setAccessibleName(tr("Scenarios to try"));
    m_reset = toolButton(tr("&Reset"), tr("Every α and β is 1: the network as it was trained"), m_tools);
    m_undo = toolButton(tr("Undo"), {}, m_tools);
    m_redo = toolButton(tr("Redo"), {}, m_tools);
    m_open = toolButton(tr("&Open…"), tr("Open a scenario: the α and β of every block, from a JSON file"), m_tools);
    m_save = toolButton(tr("&Save…"), tr("Save these α and β as a scenario (JSON)"), m_tools);
    for (QToolButton *button : {m_presets, m_reset, m_undo, m_redo})
        row->addWidget(button);
    row->addStretch(1);
    auto *scenario = new QLabel(tr("Scenario"), m_tools);
    scenario->setObjectName("muted");
    row->addWidget(scenario);
    row->addWidget(m_open);
    row->addWidget(m_save);
    QUndoStack &steps = m_session.scales().undoStack();
    connect(m_undo, &QToolButton::clicked, &steps, &QUndoStack::undo);
    connect(m_redo, &QToolButton::clicked, &steps, &QUndoStack::redo);
    connect(m_reset, &QToolButton::clicked, this, [this] {
        m_session.scales().setAll(std::vector<nn::BlockScale>(m_session.scales().scales().size()), tr("reset"));
    });
    connect(m_open, &QToolButton::clicked, this, &LivePanel::chooseScenario);
    connect(m_save, &QToolButton::clicked, this, &LivePanel::chooseWhereToSave);
    connect(&steps, &QUndoStack::indexChanged, this, &LivePanel::showScales);
}

QWidget *LivePanel::makeAnswers()
{
    auto *answers = new QWidget(this);
    auto *column = new QVBoxLayout(answers);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    m_target = new QLabel(answers);
    m_target->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_target->setWordWrap(true);
    m_why = new QLabel(answers);
    m_why->setObjectName("muted");
    m_why->setWordWrap(true);
    m_why->setAlignment(Qt::AlignCenter);
    m_lists = new QWidget(answers);
    auto *both = new QHBoxLayout(m_lists);
    both->setContentsMargins(0, 0, 0, 0);
    both->setSpacing(10);
    const auto list = [&](const QString &title, models::PredictionModel &model) {
        auto *part = new QVBoxLayout;
        part->setSpacing(2);
        auto *heading = new QLabel(title.toUpper(), m_lists);
        heading->setObjectName("panelTitle");
        auto *view = new widgets::PredictionView(m_lists);
        view->setModel(&model);
        view->setSelectionMode(QAbstractItemView::NoSelection);
        view->setAccessibleName(title);
        view->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        part->addWidget(heading);
        part->addWidget(view);
        both->addLayout(part, 1);
        return view;
    };
    m_beforeView = list(tr("Intact"), m_before);
    m_afterView = list(tr("As it is scaled now"), m_after);
    column->addWidget(m_target);
    column->addWidget(m_why, 1);
    column->addWidget(m_lists);
    m_chart = new widgets::DepthChart(answers);
    m_chart->setAccessibleName(tr("Logits before and after"));
    column->addWidget(m_chart, 1);
    column->addStretch(0);
    return answers;
}

void LivePanel::fillPresets()
{
    const nn::Network &network = m_session.model()->network;
    QMenu *menu = m_presets->menu();
    menu->clear();
    const auto offer = [&](const QString &name, const std::function<std::vector<nn::BlockScale>()> &scales) {
        connect(menu->addAction(name), &QAction::triggered, this,
                [this, name, scales] { m_session.scales().setAll(scales(), name.toLower()); });
    };
    offer(tr("Cut every branch after the selected block"),
          [this] { return session::withoutBranchesAfter(m_session.model()->network, m_session.position()); });
    offer(tr("Cut every skip (plain counterfactual)"),
          [this] { return session::withoutSkips(m_session.model()->network); });
    menu->addSeparator();
    for (int stage = 1; stage <= network.blocks.back().stage; ++stage)
        offer(tr("Cut the branches of layer%1").arg(stage),
              [this, stage] { return session::withoutStage(m_session.model()->network, stage); });
}

bool LivePanel::hasSkips() const
{
    return m_session.model() && m_session.model()->network.blocks.front().hasShortcut();
}

void LivePanel::showScales()
{
    const QUndoStack &steps = m_session.scales().undoStack();
    m_scales.setScales(m_session.scales().scales());
    m_undo->setEnabled(steps.canUndo());
    m_redo->setEnabled(steps.canRedo());
    m_undo->setToolTip(steps.canUndo() ? tr("Undo: %1").arg(steps.undoText()) : tr("Nothing to undo"));
    m_redo->setToolTip(steps.canRedo() ? tr("Redo: %1").arg(steps.redoText()) : tr("Nothing to redo"));
    m_reset->setEnabled(m_session.scales().isChanged());
    for (QWidget *control : {static_cast<QWidget *>(m_presets), static_cast<QWidget *>(m_open),
                             static_cast<QWidget *>(m_save), static_cast<QWidget *>(m_table)})
        control->setEnabled(hasSkips());
}

void LivePanel::keepIntact()
{
    const auto &traced = m_session.traced();
    if (traced && traced->scales.empty())
        m_intact = traced->forward;
}

void LivePanel::askIntact()
{
    m_session.ask(
        this, kTag,
        [](session::Subject &subject, const analysis::Job &job) {
            return subject.executor().forward(subject.input(), {.stop = job.stop});
        },
        [this](Result<nn::Forward> answer) {
            if (answer)
                m_intact = std::move(*answer);
            else
                m_session.tell(answer.error());
            showAnswers();
        });
}

void LivePanel::renew(const QString &whyEmpty)
{
    m_whyEmpty = whyEmpty;
    if (m_session.traced() && !m_intact && hasSkips())
        askIntact();
    showAnswers();
}

QString LivePanel::targetText() const
{
    const auto &traced = m_session.traced();
    const int target = m_session.targetClass();
    const auto &labels = m_session.model()->labels;
    if (!traced || !m_intact || target < 0 || target >= int(labels.size()) || !m_session.scales().isChanged())
        return tr("Drag a slider, or take a check mark away: the picture is run again at once.");
    const auto change = [&](const Tensor &before, const Tensor &after) {
        const float now = after(0, target, 0, 0);
        return QStringLiteral("%1 → %2").arg(widgets::valueText(double(before(0, target, 0, 0))),
                                             std::isfinite(now) ? widgets::valueText(double(now)) : tr("not defined"));
    };
    return tr("‘%1’: logit %2, p %3, rank %4 → %5")
        .arg(QString::fromStdString(labels[std::size_t(target)]), change(m_intact->logits, traced->forward.logits),
             change(m_intact->probabilities, traced->forward.probabilities),
             QString::number(analysis::rankOf(*m_intact, 0, target)),
             QString::number(analysis::rankOf(traced->forward, 0, target)));
}

void LivePanel::showAnswers()
{
    const bool isShown = m_session.traced() && hasSkips();
    m_before.setPredictions(isShown && m_intact
                                ? analysis::topPredictions(*m_intact, 0, m_session.model()->labels, kPredictions)
                                : std::vector<analysis::Prediction>());
    const bool isScaled = isShown && !m_session.traced()->scales.empty();
    m_after.setPredictions(isScaled ? m_session.predictions() : std::vector<analysis::Prediction>());
    m_afterView->setPlaceholder(tr("Nothing is scaled"));
    m_target->setText(isShown ? targetText() : QString());
    m_target->setVisible(isShown);
    m_why->setVisible(!isShown);
    m_lists->setVisible(isShown);
    m_table->setVisible(!m_session.model() || hasSkips());
    fitChart();
    showLogits();
    if (m_session.model() && !hasSkips())
        m_why->setText(tr("%1 is a plain network: it has no skips to weigh against branches.")
                           .arg(QString::fromStdString(m_session.model()->name)));
    else
        m_why->setText(m_whyEmpty);
}

/// Shows the logits of every class that is among the top ones before or after.
void LivePanel::showLogits()
{
    widgets::Plot plot;
    if (m_intact && m_session.traced() && hasSkips() && !m_session.traced()->scales.empty()) {
        const widgets::Theme &theme = widgets::themeOf(palette());
        const auto &labels = m_session.model()->labels;
        const nn::Forward &now = m_session.traced()->forward;
        std::vector<analysis::Prediction> classes = analysis::topPredictions(*m_intact, 0, labels, kPredictions);
        for (const analysis::Prediction &top : analysis::topPredictions(now, 0, labels, kPredictions))
            if (std::ranges::find(classes, top.index, &analysis::Prediction::index) == classes.end())
                classes.push_back(top);
        plot.yTitle = tr("logit");
        plot.keys = {{tr("intact"), theme.muted}, {tr("as it is scaled now"), theme.accent}};
        for (std::size_t i = 0; i < classes.size(); ++i) {
            const double before = double(m_intact->logits(0, classes[i].index, 0, 0));
            const double after = double(now.logits(0, classes[i].index, 0, 0));
            const QString label = QString::fromStdString(classes[i].label);
            const QString words = tr("%1: %2 → %3").arg(label, widgets::valueText(before), widgets::valueText(after));
            plot.segments.push_back({label, double(i) + 0.5});
            if (std::isfinite(before))
                plot.bars.push_back({double(i), 0, before, theme.muted, words, -1});
            if (std::isfinite(after))
                plot.bars.push_back({double(i), 0, after, theme.accent, words, 1});
        }
    }
    m_chart->setPlot(std::move(plot));
}

void LivePanel::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitChart();
}

/// Hides the chart if the lists need the height.
void LivePanel::fitChart()
{
    const int lines = 4 * fontMetrics().height(); // text above the lists and around the chart
    m_chart->setVisible(m_session.traced() && hasSkips() &&
                        height() >= m_beforeView->sizeHint().height() + m_chart->minimumSizeHint().height() + lines);
}

void LivePanel::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_chart)
        showLogits();
}

std::vector<models::Table> LivePanel::tables() const
{
    if (!hasSkips())
        return {};
    models::Table scales{"scales", {tr("block"), tr("α"), tr("β")}, {}};
    const nn::Network &network = m_session.model()->network;
    for (std::size_t b = 0; b < network.blocks.size(); ++b) {
        const nn::BlockScale scale = m_session.scales().of(int(b));
        scales.rows.push_back(
            {QString::fromStdString(network.blocks[b].name), double(scale.alpha), double(scale.beta)});
    }
    models::Table answers{"predictions", {tr("network"), tr("class"), tr("p"), tr("logit")}, {}};
    const auto add = [&](const QString &which, const nn::Forward &forward) {
        for (const auto &top : analysis::topPredictions(forward, 0, m_session.model()->labels, kPredictions))
            answers.rows.push_back(
                {which, QString::fromStdString(top.label), double(top.probability), double(top.logit)});
    };
    if (m_intact)
        add(tr("intact"), *m_intact);
    if (m_session.traced() && !m_session.traced()->scales.empty())
        add(tr("scaled"), m_session.traced()->forward);
    return {scales, answers};
}

void LivePanel::chooseScenario()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Open scenario"), {}, scenarioFilter());
    if (!path.isEmpty())
        openScenario(path);
}

void LivePanel::chooseWhereToSave()
{
    QString path = QFileDialog::getSaveFileName(this, tr("Save scenario"), "scenario.json", scenarioFilter());
    if (path.isEmpty())
        return;
    if (QFileInfo(path).suffix().isEmpty())
        path += ".json";
    saveScenario(path);
}

void LivePanel::saveScenario(const QString &path)
{
    if (!hasSkips())
        return;
    const session::Scenario scenario = session::scenarioOf(QFileInfo(path).completeBaseName().toStdString(),
                                                           m_session.model()->network, m_session.scales().scales());
    m_session.write(path, [path, json = session::toJson(scenario)] { return writeBytes(path, json); });
}

void LivePanel::openScenario(const QString &path)
{
    m_files.start(
        "scenario", [path] { return session::readScenario(path.toStdString()); },
        [this](const Result<session::Scenario> &scenario) {
            if (!m_session.model())
                return;
            const auto scales = scenario.and_then(
                [this](const session::Scenario &read) { return session::scalesFor(read, m_session.model()->network); });
            if (scales)
                m_session.scales().setAll(*scales, tr("scenario %1").arg(QString::fromStdString(scenario->name)));
            else
                m_session.tell(scales.error());
        });
}

} // namespace reslens::pages
