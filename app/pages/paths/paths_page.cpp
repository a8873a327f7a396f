#include "pages/paths/paths_page.h"

#include "pages/objective_bar.h"
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

PathsPage::PathsPage(const PageContext &context, QWidget *parent)
    : Page(context, parent, tr("through how many branches its gradient comes"))
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
    follow(&Session::tracedChanged, &Session::objectiveChanged);
    showPaths();
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

void PathsPage::refresh()
{
    stop();
    m_sampled.reset();
    if (hasOnePath() || isOnDemand())
        m_exact.reset();
    if (hasOnePath())
        setProblem(tr("A plain network has one path, through all of its blocks: without shortcuts there is no other "
                      "length to compare it with."));
    else if (!isOnDemand())
        compute();
    if (!m_exact) // otherwise the old one stays until the next is known
        showPaths();
}

bool PathsPage::hasOnePath() const
{
    return session().model() && std::ranges::none_of(session().model()->network.blocks, &nn::Block::hasShortcut);
}

bool PathsPage::isOnDemand() const
{
    return session().model() && int(session().model()->network.blocks.size()) > kAutomaticBlocks;
}

QString PathsPage::costText() const
{
    const std::size_t blocks = session().model()->network.blocks.size();
    return tr("With %1 blocks the gradients of all lengths take a while: %2 of them are carried back through the "
              "network side by side.")
        .arg(blocks)
        .arg(blocks + 1);
}

void PathsPage::compute()
{
    forget(kExactTag);
    ask(
        kExactTag,
        [objective = session().objective()](session::Subject &subject, const analysis::Job &job) {
            return analysis::pathGradients(subject.run(), objective, job.stop);
        },
        m_exact, [this, of = objectiveText(session())] { acceptExact(of); });
    m_compute->setRunning(isAsking());
}

void PathsPage::sample()
{
    forget(kSampledTag);
    ask(
        kSampledTag,
        [objective = session().objective()](session::Subject &subject, const analysis::Job &job) {
            return analysis::sampledPaths(subject.run(), {objective, kSamplesPerLength, kSeed}, job);
        },
        m_sampled,
        [this] {
            m_sample->setRunning(false);
            showPaths();
        },
        [this](int done, int total) { m_sample->setProgress(done, total); });
    m_sample->setRunning(isAsking());
}

void PathsPage::stop()
{
    forget(kExactTag);
    forget(kSampledTag);
    m_compute->setRunning(false);
    m_sample->setRunning(false);
}

void PathsPage::acceptExact(const QString &objective)
{
    m_compute->setRunning(false);
    const QString complaint = m_exact ? QString::fromStdString(m_exact->complaint) : QString();
    if (complaint.isEmpty()) {
        m_objective = objective;
        if (m_exact)
            session().trust().setResidual(tr("gradient by path length"), m_exact->residual);
        return showPaths();
    }
    m_exact.reset();
    setProblem(tr("The gradient by path length is not defined: %1").arg(complaint));
    showPaths();
    m_proof->setProof(tr("not defined: %1").arg(complaint), widgets::Verdict::Bad);
    session().trust().setBroken(tr("gradient by path length"));
}

PathsShown PathsPage::shown() const
{
    return {*m_exact, m_sampled.get(), m_alpha->value(), m_beta->value(), m_logarithmic->isChecked(), m_objective};
}

void PathsPage::showPaths()
{
    const widgets::Theme &theme = widgets::themeOf(palette());
    const bool isWaiting = !m_exact && session().traced() && isOnDemand() && !hasOnePath();
    m_norms->setPlaceholder(whyEmpty());
    m_waiting->setVisible(isWaiting);
    if (isWaiting)
        m_cost->setText(isAsking() || whyEmpty().isEmpty() ? costText() : whyEmpty());
    m_norms->setVisible(!isWaiting);
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

PageEntry PathsPage::entry()
{
    return {
        "paths",
        tr("Paths"),
        Qt::ALT | Qt::Key_5,
        {tr("The gradient at the stem's output by path length: does it come through few blocks or through many?"),
         tr("<p>With masks frozen at this picture's, a network of n blocks is a sum over 2<sup>n</sup> paths; each "
            "crosses some branches and takes the skip past the others. <b>G</b><sub>k</sub> is the sum of the "
            "gradients over all paths that cross exactly k branches. At every block, backward, "
            "<b>G</b><sub>k</sub> ← skipᵀ(m⊙<b>G</b><sub>k</sub>) + branchᵀ(m⊙<b>G</b><sub>k−1</sub>): no path "
            "is left out. Σ<sub>k</sub> <b>G</b><sub>k</sub> is the ordinary gradient; the residual says how "
            "exactly.</p><p>There are n!/(k!(n−k)!) paths of length k.</p><p><b>Sampled</b> is another quantity: "
            "single paths are drawn, and the norms of their gradients averaged. Norms of single paths do not add up "
            "to the norm of their sum, since paths cancel.</p><p><b>Scale the gradient only</b>: if every skip "
            "counted α and every branch β in the backward pass alone, the gradient would be Σ α<sup>n−k</sup> "
            "β<sup>k</sup> <b>G</b><sub>k</sub>, which needs no further pass. A network whose skips are scaled has "
            "other masks and another gradient: that is what the live controls do.</p>"),
         tr("Sampled paths: Veit, Wilber, Belongie: Residual Networks Behave Like Ensembles of Relatively Shallow "
            "Networks, 2016, arXiv 1605.06431, figure 6")},
        [](const PageContext &context, QWidget *parent) { return new PathsPage(context, parent); }};
}

} // namespace reslens::pages
