#include "pages/lesion/study_panel.h"

#include "models/tr.h"
#include "pages/block_chart.h"
#include "session/session.h"
#include "session/subject.h"
#include "widgets/colour_legend.h"
#include "widgets/controls.h"
#include "widgets/depth_chart.h"
#include "widgets/table_view.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace reslens::pages {

using session::Session;

namespace {

constexpr int kManyRanks = 20; // more ranks need a logarithmic axis

QString text(const std::string &words)
{
    return QString::fromStdString(words);
}

QVariant defined(double value)
{
    return std::isfinite(value) ? QVariant(value) : QVariant();
}

} // namespace

models::Table studyTable(const analysis::LesionStudy &study)
{
    models::Table table{
        "lesions", {tr("without"), tr("Δ logit"), tr("Δ p"), tr("rank"), tr("top class then"), tr("its p")}, {}};
    for (const analysis::Lesion &lesion : study.blocks) {
        if (lesion.complaint.empty())
            table.rows.push_back({text(lesion.name), defined(lesion.logitChange), defined(lesion.probabilityChange),
                                  lesion.rank, text(lesion.top.label), defined(double(lesion.top.probability))});
        else
            table.rows.push_back({text(lesion.name), {}, {}, {}, text(lesion.complaint), {}});
    }
    return table;
}

StudyPanel::StudyPanel(Session &session, QWidget *parent)
    : QWidget(parent), m_session(session), m_tools(new QWidget(this)), m_chart(new widgets::DepthChart),
      m_table(new widgets::TableView), m_summary(new QLabel(this))
{
    makeTools();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    auto *splitter = new QSplitter(Qt::Horizontal, this);
    splitter->addWidget(m_chart);
    splitter->addWidget(m_table);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 0);
    splitter->setChildrenCollapsible(false);
    splitter->setSizes({350, 590});
    column->addWidget(splitter, 1);
    m_summary->setObjectName("muted");
    m_summary->setWordWrap(true);
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(m_summary);
    m_chart->setAccessibleName(tr("Change without each block"));
    m_table->setAccessibleName(tr("Lesion study, a row for each block"));
    link(*m_chart, session);
    link(*m_table, session);
    connect(&session, &Session::tracedChanged, this, &StudyPanel::forget); // also while hidden
    connect(&session, &Session::activityChanged, this, &StudyPanel::showProgress);
    showProgress();
}

void StudyPanel::makeTools()
{
    auto *row = new QHBoxLayout(m_tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    m_run = new QPushButton(tr("&Run the study"), m_tools);
    m_run->setToolTip(tr("Cut one branch at a time and run the rest: one shortened pass for each block"));
    m_progress = new QProgressBar(m_tools);
    m_progress->setAccessibleName(tr("Blocks studied"));
    m_progress->setFixedWidth(fontMetrics().averageCharWidth() * 22);
    m_progress->setFormat(tr("%v of %m"));
    m_cancel = new QPushButton(tr("&Cancel"), m_tools);
    m_cancel->setToolTip(tr("Stop the study"));
    row->addWidget(m_run);
    row->addWidget(m_progress);
    row->addWidget(m_cancel);
    row->addStretch(1);
    m_measure = new widgets::SegmentBar(tr("Measure"), m_tools);
    m_measure->addSegment(tr("Δ logit"), tr("Change of the target's logit"));
    m_measure->addSegment(tr("Δ p"), tr("Change of the target's probability"));
    m_measure->addSegment(tr("rank"), tr("The target's rank among all classes; 1 is the top"));
    row->addWidget(m_measure);
    connect(m_run, &QPushButton::clicked, this, &StudyPanel::run);
    connect(m_cancel, &QPushButton::clicked, this, &StudyPanel::cancel);
    connect(m_measure, &widgets::SegmentBar::changed, this, &StudyPanel::showBars);
}

bool StudyPanel::isUnderWay() const
{
    return m_session.worker().isUnderWay(kTag);
}

void StudyPanel::forget()
{
    m_study.reset();
    m_isCancelled = false;
    m_session.worker().cancel(kTag);
}

void StudyPanel::renew(const QString &whyEmpty)
{
    forget();
    m_whyEmpty = whyEmpty;
    const nn::Model *model = m_session.model();
    if (m_session.traced() && model->network.blocks.front().hasShortcut() &&
        int(model->network.blocks.size()) <= kQuickBlocks)
        run();
    showStudy();
}

void StudyPanel::run()
{
    if (!m_session.traced())
        return;
    m_isCancelled = false;
    m_progress->setRange(0, int(m_session.model()->network.blocks.size()));
    m_progress->setValue(0);
    m_session.ask(
        this, kTag,
        [target = m_session.targetClass()](session::Subject &subject, const analysis::Job &job) {
            return analysis::lesionStudy(subject.executor(), subject.input(), {target, subject.scales()}, job);
        },
        [this](Result<analysis::LesionStudy> answer) {
            m_study = answer ? std::make_shared<const analysis::LesionStudy>(std::move(*answer)) : nullptr;
            if (!answer)
                m_session.tell(answer.error());
            showStudy();
        },
        [this](int done, int total) {
            m_progress->setRange(0, total);
            m_progress->setValue(done);
        });
    showStudy();
}

void StudyPanel::cancel()
{
    m_isCancelled = true;
    m_session.worker().cancel(kTag);
    showStudy();
}

void StudyPanel::showProgress()
{
    const bool isRunning = isUnderWay();
    const bool isPossible =
        m_session.traced() && m_session.model()->network.blocks.front().hasShortcut() && m_session.targetClass() >= 0;
    m_progress->setVisible(isRunning);
    m_cancel->setVisible(isRunning);
    m_run->setVisible(!isRunning);
    m_run->setEnabled(isPossible);
    if (!m_study)
        m_chart->setPlaceholder(placeholder());
}

QString StudyPanel::placeholder() const
{
    if (!m_session.model())
        return m_whyEmpty;
    const std::vector<nn::Block> &blocks = m_session.model()->network.blocks;
    if (!blocks.front().hasShortcut())
        return tr("%1 is a plain network: without skips, nothing would be left of a block whose branch is cut.")
            .arg(text(m_session.model()->name));
    if (!m_session.traced())
        return m_whyEmpty;
    if (isUnderWay())
        return tr("Cutting one block after the other…");
    const QString start = tr("Run the study to cut each of the %1 branches in turn.").arg(blocks.size());
    return m_isCancelled ? tr("Cancelled.") + ' ' + start : start;
}

void StudyPanel::showStudy()
{
    m_table->setVisible(m_study != nullptr);
    m_table->setTable(m_study ? studyTable(*m_study) : models::Table());
    if (m_study) {
        const analysis::Prediction &intact = m_study->intact;
        m_summary->setText(
            tr("Intact: ‘%1’ has logit %2, p %3, rank %4. %5The changes do not add up: without a block, later ones "
               "see another input.")
                .arg(text(intact.label), widgets::valueText(double(intact.logit)),
                     widgets::valueText(double(intact.probability)), QString::number(m_study->intactRank),
                     m_session.scales().isChanged() ? tr("‘Intact’ is the network as it is scaled now. ") : QString()));
        m_table->setCurrentRow(m_session.block());
    } else {
        m_summary->clear();
    }
    m_summary->setVisible(m_study != nullptr);
    showBars();
    showProgress();
}

void StudyPanel::showBars()
{
    widgets::Plot plot;
    const Measure measure = Measure(m_measure->current());
    if (m_study && m_session.model()) {
        const widgets::Theme &theme = widgets::themeOf(palette());
        const QColor needed = theme.branch, opposed = theme.muted;
        plot.segments = stagesOf(m_session.model()->network);
        plot.yTitle = m_measure->currentText();
        int largestRank = 1;
        for (const analysis::Lesion &lesion : m_study->blocks) {
            if (!lesion.complaint.empty())
                continue;
            largestRank = std::max(largestRank, lesion.rank);
            widgets::Bar bar{double(lesion.block), measure == Rank ? 1.0 : 0.0, double(lesion.rank)};
            if (measure != Rank)
                bar.to = measure == LogitChange ? lesion.logitChange : lesion.probabilityChange;
            const bool isWorse = measure == Rank ? lesion.rank > m_study->intactRank : bar.to < 0;
            bar.colour = isWorse ? needed : opposed;
            bar.text = tr("without %1: Δ logit %2, Δ p %3, rank %4\ntop class then: %5")
                           .arg(text(lesion.name), widgets::valueText(lesion.logitChange),
                                widgets::valueText(lesion.probabilityChange), QString::number(lesion.rank),
                                text(lesion.top.label));
            plot.bars.push_back(std::move(bar));
        }
        const QString target = text(m_study->intact.label);
        plot.keys = {{tr("without it, less ‘%1’").arg(target), needed}, {tr("not less"), opposed}};
        plot.isLogarithmic = measure == Rank && largestRank > kManyRanks;
        if (measure == Rank && !plot.isLogarithmic)
            plot.yRange = {1, 1 + 4 * std::max(1, (largestRank + 2) / 4)}; // four steps of whole ranks
    }
    m_chart->setPlot(std::move(plot));
}

void StudyPanel::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showBars();
}

} // namespace reslens::pages
