#include "pages/compare/compare_page.h"

#include "pages/compare/comparison_tables.h"
#include "pages/compare/costs_panel.h"
#include "pages/compare/curves_panel.h"
#include "pages/compare/lens_panel.h"
#include "pages/compare/model_list.h"
#include "pages/compare/prediction_columns.h"
#include "widgets/controls.h"
#include "widgets/depth_chart.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace reslens::pages {

using session::Session;

namespace {

constexpr int kUsualModels = 3; // models that are compared by default

} // namespace

ComparePage::ComparePage(const PageContext &context, QWidget *parent)
    : Page(context, parent, tr("what several networks make of it")),
      m_candidates(new Candidates(context.session, this)),
      m_list(new ModelList(*m_candidates, context.session, context.models, this)),
      m_parts(new widgets::SegmentBar(tr("Compared"), this)), m_content(new QStackedWidget(this)),
      m_predictions(new PredictionColumns), m_costs(new CostsPanel), m_curves(new CurvesPanel), m_lens(new LensPanel),
      m_empty(new QLabel)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 8, 12, 8);
    column->setSpacing(6);
    column->addWidget(makeToolRow());
    auto *splitter = new QSplitter(Qt::Horizontal, this);
    splitter->addWidget(m_list);
    splitter->addWidget(m_content);
    splitter->setStretchFactor(1, 1);
    splitter->setChildrenCollapsible(false);
    splitter->setSizes({190, 720});
    column->addWidget(splitter, 1);
    for (QWidget *part : {static_cast<QWidget *>(m_predictions), static_cast<QWidget *>(m_costs),
                          static_cast<QWidget *>(m_curves), static_cast<QWidget *>(m_lens)})
        m_content->addWidget(part);
    m_content->addWidget(m_empty);
    m_empty->setObjectName("muted");
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);

    follow(&Session::pictureChanged);
    connect(&context.session, &Session::modelChanged, this, &ComparePage::offerUsualModels);
    connect(m_list, &ModelList::edited, this, [this] { m_isEdited = true; });
    connect(m_candidates, &Candidates::changed, this, [this] {
        if (!isVisible()) // showEvent() shows the changes later
            return;
        showPartShown();
        showProgress();
    });
    connect(m_candidates, &Candidates::progressed, this, &ComparePage::showProgress);
    linkDepths();
    offerUsualModels();
    showProgress();
}

QWidget *ComparePage::makeToolRow()
{
    auto *bar = new QWidget(this);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    m_parts->addSegment(tr("Predictions"), tr("The five most likely classes side by side"));
    m_parts->addSegment(tr("Costs"), tr("Parameters, multiply-adds, time and memory"));
    m_parts->addSegment(tr("Curves"), tr("Shares and gradients over relative depth"));
    m_parts->addSegment(tr("Skip lens"), tr("At which depth each network decides"));
    row->addWidget(m_parts);
    row->addStretch(1);
    m_progress = new QProgressBar(bar);
    m_progress->setAccessibleName(tr("Models that have answered"));
    m_progress->setRange(0, 1000);
    m_progress->setFixedWidth(fontMetrics().averageCharWidth() * 24);
    m_cancel = new QPushButton(tr("&Cancel"), bar);
    m_cancel->setToolTip(tr("Stop; what has answered stays"));
    m_run = new QPushButton(tr("&Run again"), bar);
    m_run->setToolTip(tr("Ask the models that have not answered"));
    row->addWidget(m_progress);
    row->addSpacing(6);
    row->addWidget(m_cancel);
    row->addWidget(m_run);
    connect(m_parts, &widgets::SegmentBar::changed, this, &ComparePage::showPartShown);
    connect(m_cancel, &QPushButton::clicked, m_candidates, &Candidates::cancel);
    connect(m_run, &QPushButton::clicked, m_candidates, &Candidates::retry);
    return bar;
}

void ComparePage::linkDepths()
{
    widgets::DepthChart &chart = m_curves->chart();
    connect(&chart, &widgets::DepthChart::hovered, this, [this](std::optional<double> depth) {
        depth ? selectDepth(*depth, true) : session().hoverPosition(session::kNowhere);
    });
    connect(&chart, &widgets::DepthChart::clicked, this, [this](double depth) { selectDepth(depth, false); });
    connect(&m_lens->strip(), &widgets::LensStrip::hovered, this, [this](const auto &at) {
        at ? selectDepth(at->fraction.x(), true) : session().hoverPosition(session::kNowhere);
    });
    connect(&m_lens->strip(), &widgets::LensStrip::picked, this,
            [this](const widgets::PixelAt &at) { selectDepth(at.fraction.x(), false); });
    connect(&session(), &Session::positionChanged, this, &ComparePage::showMarks);
    connect(&session(), &Session::hoveredChanged, this, &ComparePage::showMarks);
    connect(&session(), &Session::modelChanged, this, &ComparePage::showMarks);
}

/// Selects the open model's block at that depth.
void ComparePage::selectDepth(double depth, bool isHover)
{
    if (!session().model())
        return;
    const int blocks = session::headOf(session().model()->network);
    const int position = std::clamp(int(std::lround(depth * blocks)) - 1, session::kStem, blocks - 1);
    isHover ? session().hoverPosition(position) : session().selectPosition(position);
}

void ComparePage::showMarks()
{
    const auto depthOf = [this](int position) -> std::optional<double> {
        const int blocks = session().model() ? session::headOf(session().model()->network) : 0;
        const bool isBlock = position >= 0 && position < blocks;
        return isBlock ? std::optional<double>(session::relativeDepth(position, blocks)) : std::nullopt;
    };
    m_curves->chart().setMarks(depthOf(session().position()), depthOf(session().hoveredPosition()));
    m_lens->strip().setMark(depthOf(session().position()));
}

/// Offers the open model and the embedded ones, until the person chooses.
void ComparePage::offerUsualModels()
{
    if (m_isEdited || !session().model())
        return;
    std::vector<std::pair<QString, QString>> usual{
        {session().modelSource(), QString::fromStdString(session().model()->name)}};
    for (const auto &[name, title] : context().models)
        if (int(usual.size()) < kUsualModels && name != usual.front().first)
            usual.emplace_back(name, name);
    for (int i = int(m_candidates->all().size()) - 1; i >= 0; --i)
        if (std::ranges::find(usual, m_candidates->all()[std::size_t(i)].nameOrPath,
                              &std::pair<QString, QString>::first) == usual.end())
            m_candidates->remove(i);
    for (const auto &[name, title] : usual)
        m_candidates->add(name, title);
    const auto &all = m_candidates->all();
    const auto first = std::ranges::find(all, usual.front().first, &Candidate::nameOrPath);
    for (int i = int(first - all.begin()); i > 0; --i)
        m_candidates->move(i, -1);
}

void ComparePage::showPart(Part part)
{
    m_parts->setCurrent(part);
}

/// Builds the visible part only.
void ComparePage::showPartShown()
{
    const auto &all = m_candidates->all();
    const bool isEmpty = all.size() < std::size_t(session::kFewestCompared) || session().picture().isNull();
    m_empty->setText(session().picture().isNull()
                         ? whyEmpty()
                         : tr("Add at least two models: networks that came with ResLens, or checkpoint files. They can "
                              "also be dropped on the list."));
    const int part = m_parts->current();
    m_content->setCurrentIndex(isEmpty ? m_content->indexOf(m_empty) : part);
    if (part == Predictions)
        m_predictions->setCandidates(all);
    else if (part == Costs)
        m_costs->setCandidates(all);
    else if (part == Curves)
        m_curves->setCandidates(all);
    else
        m_lens->setCandidates(all);
    showMarks();
}

void ComparePage::showProgress()
{
    const bool isRunning = m_candidates->isUnderWay();
    const int count = int(m_candidates->all().size()), answered = m_candidates->answered();
    const bool isMissing = std::ranges::any_of(m_candidates->all(), [](const Candidate &one) { return !one.summary; });
    m_progress->setVisible(isRunning);
    m_cancel->setVisible(isRunning);
    m_run->setVisible(!isRunning && isMissing && !session().picture().isNull());
    m_progress->setValue(int(1000 * m_candidates->progress()));
    m_progress->setFormat(tr("%1 of %2").arg(std::min(answered + 1, count)).arg(count));
}

void ComparePage::refresh()
{
    const qint64 picture = session().picture().image.cacheKey();
    if (picture != std::exchange(m_picture, picture))
        m_candidates->renew();
    showPartShown();
    showProgress();
}

void ComparePage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    m_candidates->setWatched(true);
}

void ComparePage::hideEvent(QHideEvent *event)
{
    Page::hideEvent(event);
    m_candidates->setWatched(false);
}

void ComparePage::changeEvent(QEvent *event)
{
    Page::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_progress) // later, when the parts have their new palettes
        QMetaObject::invokeMethod(this, &ComparePage::showPartShown, Qt::QueuedConnection);
}

QString ComparePage::exportName() const
{
    return "comparison";
}

std::vector<models::Table> ComparePage::tables() const
{
    const auto &all = m_candidates->all();
    if (answersOf(all).empty())
        return {};
    return {predictionsTable(all), costsTable(all), curvesTable(all), lensTable(all)};
}

QWidget *ComparePage::picture()
{
    return m_content->currentWidget();
}

bool ComparePage::isBusy() const
{
    return m_candidates->isUnderWay();
}

PageEntry ComparePage::entry()
{
    return {
        "compare",
        tr("Compare"),
        Qt::ALT | Qt::Key_7,
        {tr("Two to six networks on this picture, aligned by relative depth: do they agree, what do they cost, and "
            "where "
            "does each decide?"),
         tr("<p>Every network sees the picture as its own preprocessing makes it. Block b of n (counted from 1) is "
            "drawn "
            "at b/n. σ_F&nbsp;=&nbsp;⟨<b>F</b>,<b>u</b>⟩/⟨<b>u</b>,<b>u</b>⟩; g is the gradient of log&nbsp;p of the "
            "network’s own top class; gain&nbsp;=&nbsp;‖g_x‖/‖g_y‖. Classes are matched by name.</p><p><b>Skip "
            "lens</b>: every branch after a block is dropped (β&nbsp;=&nbsp;0), and the network that is left is "
            "really "
            "run. A network has <i>decided</i> where its final class stays on top from there on. A plain network has "
            "no "
            "skips to look through.</p><p>Multiply-adds as they are published: convolutions and the linear "
            "layer.</p>"),
         tr("He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, 2015, arXiv 1512.03385")},
        [](const PageContext &context, QWidget *parent) { return new ComparePage(context, parent); }};
}

} // namespace reslens::pages
