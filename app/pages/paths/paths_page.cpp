#include "pages/paths/paths_page.h"

#include "pages/objective_bar.h"
#include "session/session.h"
#include "session/subject.h"
#include "widgets/controls.h"
#include "widgets/depth_chart.h"
#include "widgets/labels.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace reslens::pages {

using session::Session;

namespace {

const QString kExactTag = QStringLiteral("paths"), kSampledTag = QStringLiteral("sampled paths");

} // namespace

PathsPage::PathsPage(const PageContext &context, QWidget *parent) : Page(context, parent)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 6, 12, 8);
    column->setSpacing(4);
    column->addWidget(makeToolRow());
    auto *splitter = new QSplitter(Qt::Horizontal, this);
    m_body = splitter;
    splitter->addWidget(makeChartPanel());
    m_side = new QWidget(splitter);
    auto *side = new QVBoxLayout(m_side);
    side->setContentsMargins(8, 0, 0, 0);
    side->setSpacing(4);
    m_counts = new widgets::DepthChart(m_side);
    m_counts->setAccessibleName(tr("Number of paths by length"));
    side->addWidget(m_counts, 1);
    side->addWidget(makeScalePanel());
    splitter->addWidget(m_side);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    splitter->setChildrenCollapsible(false);
    splitter->setSizes({600, 310});
    column->addWidget(splitter, 1);
    connectSession();
    forget(tr("Open a picture to see through how many branches its gradient comes"));
}

QWidget *PathsPage::makeChartPanel()
{
    auto *panel = new QWidget(this);
    auto *column = new QVBoxLayout(panel);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    m_norms = new widgets::DepthChart(panel);
    m_norms->setAccessibleName(tr("Gradient by path length"));
    m_note = new QLabel(
        tr("Single paths, as Veit et al. sample them (%1 per length, seed %2), are another quantity: "
           "paths cancel, so that their norms do not add up to ‖Gₖ‖, and α and β of the blocks do not count.")
            .arg(kSamplesPerLength)
            .arg(kSeed),
        panel);
    m_note->setObjectName("muted");
    m_note->setWordWrap(true);
    m_note->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(m_norms, 1);
    column->addWidget(m_note);
    column->addWidget(makeWaitingPanel(), 1);
    return panel;
}

QWidget *PathsPage::makeWaitingPanel()
{
    m_waiting = new QWidget(this);
    auto *column = new QVBoxLayout(m_waiting);
    column->setSpacing(12);
    m_cost = new QLabel(m_waiting);
    m_cost->setObjectName("muted");
    m_cost->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_cost->setAlignment(Qt::AlignCenter);
    m_cost->setWordWrap(true);
    m_compute = new widgets::TaskControl(tr("Compute"), m_waiting);
    m_compute->setStartToolTip(tr("Carry the gradients of all lengths through the network"));
    column->addStretch(1);
    column->addWidget(m_cost);
    column->addWidget(m_compute, 0, Qt::AlignHCenter);
    column->addStretch(1);
    connect(m_compute, &widgets::TaskControl::started, this, &PathsPage::compute);
    connect(m_compute, &widgets::TaskControl::cancelled, this, &PathsPage::stop);
    return m_waiting;
}

QWidget *PathsPage::makeToolRow()
{
    auto *tools = new QWidget(this);
    auto *row = new QHBoxLayout(tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_sample = new widgets::TaskControl(tr("Sample single paths"), tools);
    m_sample->setStartToolTip(tr("Draw %1 paths of every length (seed %2), follow the gradient through each alone, and "
                                 "average the norms, as Veit et al. do: another quantity than the exact one, "
                                 "since paths cancel")
                                  .arg(kSamplesPerLength)
                                  .arg(kSeed));
    m_logarithmic = new QToolButton(tools);
    m_logarithmic->setText(tr("Logarithmic"));
    m_logarithmic->setObjectName("toggle");
    m_logarithmic->setCheckable(true);
    m_logarithmic->setChecked(true);
    m_logarithmic->setToolTip(tr("A logarithmic axis for the norms"));
    m_proof = new widgets::ProofLine(tools);
    row->addWidget(m_sample);
    row->addWidget(m_logarithmic);
    row->addStretch(1);
    row->addWidget(m_proof);
    connect(m_sample, &widgets::TaskControl::started, this, &PathsPage::sample);
    connect(m_sample, &widgets::TaskControl::cancelled, this, &PathsPage::stop);
    connect(m_logarithmic, &QToolButton::toggled, this, &PathsPage::showPaths);
    return tools;
}

QWidget *PathsPage::makeScalePanel()
{
    auto *panel = new QWidget(this);
    auto *column = new QVBoxLayout(panel);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(3);
    auto *title = new QLabel(tr("Scale the gradient only"), panel);
    QFont strong = font();
    strong.setBold(true);
    title->setFont(strong);
    m_alpha = new widgets::FactorSlider(QStringLiteral("α"), tr("Scale of every skip, backward only"), panel);
    m_beta = new widgets::FactorSlider(QStringLiteral("β"), tr("Scale of every branch, backward only"), panel);
    m_scaled = new QLabel(panel);
    m_scaled->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *note = new QLabel(tr("Not the same as scaling the network, whose masks would change: for that, use the "
                               "live controls."),
                            panel);
    note->setObjectName("muted");
    note->setWordWrap(true);
    for (QWidget *part :
         {static_cast<QWidget *>(title), static_cast<QWidget *>(m_alpha), static_cast<QWidget *>(m_beta),
          static_cast<QWidget *>(m_scaled), static_cast<QWidget *>(note)})
        column->addWidget(part);
    for (widgets::FactorSlider *control : {m_alpha, m_beta})
        connect(control, &widgets::FactorSlider::changed, this, &PathsPage::showPaths);
    return panel;
}

void PathsPage::connectSession()
{
    Session &open = session();
    connect(&open, &Session::modelChanged, this, [this] { forget(tr("Open a picture to see its gradient's paths")); });
    connect(&open, &Session::tracedChanged, this, &PathsPage::invalidate);
    connect(&open, &Session::objectiveChanged, this, &PathsPage::invalidate);
}

void PathsPage::refresh()
{
    stop();
    m_sampled.reset();
    const nn::Model *model = session().model();
    const int blocks = model ? int(model->network.blocks.size()) : 0;
    if (blocks > 0 && std::ranges::none_of(model->network.blocks, &nn::Block::hasShortcut))
        forget(tr("A plain network has one path, through all of its blocks: without shortcuts there is no other length "
                  "to compare it with."));
    else if (!session().traced())
        forget(session().activity().isEmpty() ? tr("Open a picture to see through how many branches its gradient comes")
                                              : session().activity());
    else if (isOnDemand()) {
        forget({});
        wait(tr("With %1 blocks the gradients of all lengths take a while: %2 of them are carried back through the "
                "network side by side.")
                 .arg(blocks)
                 .arg(blocks + 1));
    } else {
        compute();
    }
}

bool PathsPage::isOnDemand() const
{
    return session().model() && int(session().model()->network.blocks.size()) > kAutomaticBlocks;
}

void PathsPage::compute()
{
    const auto question = [objective = session().objective()](session::Subject &subject, const analysis::Job &job) {
        return analysis::pathGradients(subject.run(), objective, job.stop);
    };
    m_isAsking = true;
    m_compute->setRunning(true);
    session().ask<analysis::PathGradients>(
        this,
        {kExactTag, question, [this, of = objectiveText(session())](const auto &answer) { acceptExact(answer, of); }});
}

void PathsPage::sample()
{
    const auto question = [objective = session().objective()](session::Subject &subject, const analysis::Job &job) {
        return analysis::sampledPaths(subject.run(), {objective, kSamplesPerLength, kSeed}, job);
    };
    m_sample->setRunning(true);
    session().ask<analysis::SampledPaths>(this,
                                          {kSampledTag, question, [this](const auto &answer) { acceptSampled(answer); },
                                           [this](int done, int total) { m_sample->setProgress(done, total); }});
}

void PathsPage::stop()
{
    session().inquiries().cancel(kExactTag);
    session().inquiries().cancel(kSampledTag);
    m_isAsking = false;
    m_compute->setRunning(false);
    m_sample->setRunning(false);
    emit settled();
}

void PathsPage::acceptExact(const Result<std::shared_ptr<const analysis::PathGradients>> &answer,
                            const QString &objective)
{
    m_isAsking = false;
    m_compute->setRunning(false);
    if (!answer) {
        forget(QString::fromStdString(answer.error().message()));
        if (isOnDemand())
            wait(QString::fromStdString(answer.error().message())); // where it can be tried again
        session().tell(answer.error());
    } else if (!(*answer)->complaint.empty()) {
        const QString complaint = QString::fromStdString((*answer)->complaint);
        forget(tr("The gradient by path length is not defined: %1").arg(complaint));
        m_proof->setProof(tr("not defined: %1").arg(complaint), widgets::Verdict::Bad);
        session().trust().setBroken(tr("gradient by path length"));
    } else {
        m_exact = *answer;
        session().trust().setResidual(tr("gradient by path length"), m_exact->residual);
        m_objective = objective;
        showPaths();
    }
    emit settled();
}

void PathsPage::acceptSampled(const Result<std::shared_ptr<const analysis::SampledPaths>> &answer)
{
    m_sample->setRunning(false);
    if (!answer)
        return session().tell(answer.error());
    m_sampled = *answer;
    showPaths();
}

void PathsPage::forget(const QString &placeholder)
{
    m_exact.reset();
    m_sampled.reset();
    m_norms->setPlaceholder(placeholder);
    showPaths();
}

void PathsPage::wait(const QString &cost)
{
    m_cost->setText(cost);
    m_waiting->show();
    m_norms->hide();
}

PathsShown PathsPage::shown() const
{
    return {*m_exact, m_sampled.get(), m_alpha->value(), m_beta->value(), m_logarithmic->isChecked(), m_objective};
}

void PathsPage::showPaths()
{
    const widgets::Theme &theme = widgets::themeOf(palette());
    m_waiting->hide();
    m_norms->show();
    m_side->setVisible(m_exact != nullptr);
    m_sample->setVisible(m_exact != nullptr);
    m_logarithmic->setVisible(m_exact != nullptr);
    m_note->setVisible(m_sampled != nullptr);
    m_norms->setPlot(m_exact ? normsOf(shown(), theme) : widgets::Plot());
    m_counts->setPlot(m_exact ? countsOf(*m_exact, theme) : widgets::Plot());
    showProof();
    showScaled();
}

void PathsPage::showProof()
{
    if (!m_exact)
        return m_proof->clear();
    const auto residual = m_exact->residual.isDefined ? std::optional(m_exact->residual.value) : std::nullopt;
    m_proof->setProof(tr("‖Σ Gₖ‖ %1 = ‖gradient‖ %2, residual %3")
                          .arg(QString::number(std::sqrt(m_exact->squares.sum), 'g', 5),
                               QString::number(std::sqrt(m_exact->squares.whole), 'g', 5),
                               widgets::residualText(residual)),
                      widgets::verdictOf(residual));
}

void PathsPage::showScaled()
{
    if (m_exact)
        m_scaled->setText(tr("‖Σ αⁿ⁻ᵏ βᵏ Gₖ‖ = %1 (unscaled %2)")
                              .arg(QString::number(m_exact->scaledNorm(m_alpha->value(), m_beta->value()), 'g', 5),
                                   QString::number(m_exact->scaledNorm(1, 1), 'g', 5)));
}

void PathsPage::changeEvent(QEvent *event)
{
    Page::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_scaled)
        showPaths();
}

std::vector<models::Table> PathsPage::tables() const
{
    return m_exact ? std::vector{tableOf(shown())} : std::vector<models::Table>();
}

} // namespace reslens::pages
