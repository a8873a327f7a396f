#include "pages/ledger/ledger_page.h"

#include "pages/ledger/block_map_panel.h"
#include "pages/objective_bar.h"
#include "session/subject.h"
#include "widgets/controls.h"
#include "widgets/depth_chart.h"
#include "widgets/image_view.h"
#include "widgets/labels.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace reslens::pages {

using session::Session;

namespace {

const QString kTag = QStringLiteral("ledger");
constexpr int kAxisWidth = 60;      // pixels next to the bars
constexpr double kSmallFont = 0.88; // size of the axis' names relative to the font
constexpr int kNameMargin = 12;     // between two names of the axis, so that Qt Charts does not shorten them

} // namespace

LedgerPage::LedgerPage(const PageContext &context, QWidget *parent)
    : Page(context, parent, tr("which block wrote how much of its logit"))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 6, 12, 8);
    column->setSpacing(4);
    column->addWidget(makeToolRow());
    auto *splitter = new QSplitter(Qt::Horizontal, this);
    m_body = splitter;
    splitter->addWidget(makeChartPanel());
    m_map = new BlockMapPanel(splitter);
    splitter->addWidget(m_map);
    splitter->setStretchFactor(0, 1);
    splitter->setChildrenCollapsible(false);
    splitter->setSizes({660, 240});
    column->addWidget(splitter, 1);
    connectSession();
    connectChart();
    showLedger();
}

QWidget *LedgerPage::makeChartPanel()
{
    auto *panel = new QWidget(this);
    auto *column = new QVBoxLayout(panel);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    m_chart = new widgets::DepthChart(panel);
    m_chart->setAccessibleName(tr("Waterfall of the logit's parts"));
    m_chart->installEventFilter(this);
    m_proof = new widgets::ProofLine(panel);
    column->addWidget(m_chart, 1);
    column->addWidget(m_proof);
    return panel;
}

QWidget *LedgerPage::makeToolRow()
{
    auto *tools = new QWidget(this);
    auto *row = new QHBoxLayout(tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    auto *label = new QLabel(tr("Blocks"), tools);
    label->setObjectName("muted");
    m_order = new widgets::SegmentBar(tr("Order of the blocks"), tools);
    m_order->addSegment(tr("by depth"), tr("From the first block to the last"));
    m_order->addSegment(tr("by size"), tr("The block that wrote most first"));
    row->addWidget(label);
    row->addWidget(m_order);
    row->addSpacing(8);
    row->addWidget(new ObjectiveBar(session(), ObjectiveBar::Kinds::Logits, tools));
    row->addStretch(1);
    connect(m_order, &widgets::SegmentBar::changed, this, &LedgerPage::showLedger);
    return tools;
}

void LedgerPage::connectSession()
{
    Session &open = session();
    connect(&open, &Session::objectiveChanged, this, [this] { forget(kTag); });
    follow(&Session::tracedChanged, &Session::objectiveChanged);
    connect(&open, &Session::positionChanged, this, &LedgerPage::showMarks);
    connect(&open, &Session::positionChanged, this, &LedgerPage::showMap);
    connect(&open, &Session::hoveredChanged, this, &LedgerPage::showMarks);
    connect(&open, &Session::pixelChanged, this, [this, &open] { m_map->setMark(open.pixel()); });
}

void LedgerPage::connectChart()
{
    connect(m_chart, &widgets::DepthChart::clicked, this,
            [this](double x) { session().selectPosition(positionAt(x)); });
    connect(m_chart, &widgets::DepthChart::hovered, this,
            [this](std::optional<double> x) { session().hoverPosition(x ? positionAt(*x) : session::kNowhere); });
    connect(m_map, &BlockMapPanel::overlayChanged, this, &LedgerPage::layOver);
    connect(m_map->view(), &widgets::MapView::picked, this,
            [this](const widgets::PixelAt &at) { session().selectPixel(at.fraction); });
    const widgets::ImageView &picture = context().imageView;
    connect(&picture, &widgets::ImageView::hovered, m_map, &BlockMapPanel::point);
    connect(&picture, &widgets::ImageView::overlayTaken, this, [this, &picture] {
        if (picture.overlayOwner() != this && picture.hasOverlay())
            m_map->setOverlaid(false);
    });
}

void LedgerPage::refresh()
{
    const nn::Model *model = session().model();
    if (model && std::ranges::none_of(model->network.blocks, &nn::Block::hasShortcut))
        setProblem(
            tr("A plain network has no ledger: without shortcuts all its paths pass through every block, so that "
               "there is nothing to share out among them."));
    else
        askLedger();
    if (!m_ledger) // otherwise the old one stays until the next is known
        showLedger();
}

void LedgerPage::askLedger()
{
    const nn::Objective objective = session().objective();
    const bool isDifference = objective.kind == nn::ObjectiveKind::LogitDifference;
    ask(
        kTag,
        [target = objective.target, against = isDifference ? objective.against : -1](session::Subject &subject,
                                                                                     const analysis::Job &job) {
            return analysis::ledgerOf(subject.run(), target, against, job);
        },
        m_ledger, [this] { accept(); });
}

void LedgerPage::accept()
{
    const QString complaint = m_ledger ? complaintOf(*m_ledger) : QString();
    if (complaint.isEmpty()) {
        if (m_ledger)
            session().trust().setResidual(tr("ledger"), m_ledger->total.residual);
        return showLedger();
    }
    m_ledger.reset();
    setProblem(tr("The ledger is not defined: %1").arg(complaint));
    showLedger();
    m_proof->setProof(tr("not defined: %1").arg(complaint), widgets::Verdict::Bad);
    session().trust().setBroken(tr("ledger"));
}

LedgerOrder LedgerPage::order() const
{
    return LedgerOrder(m_order->current());
}

void LedgerPage::showLedger()
{
    m_chart->setPlaceholder(whyEmpty());
    m_parts = m_ledger ? partsOf(*m_ledger, order()) : std::vector<LedgerPart>();
    showProof();
    showPlot();
    showMarks();
    showMap();
}

void LedgerPage::showProof()
{
    if (!m_ledger)
        return m_proof->clear();
    const analysis::Completeness &total = m_ledger->total;
    const auto residual = total.residual.isDefined ? std::optional(total.residual.value) : std::nullopt;
    m_proof->setProof(tr("sum of parts %1 = %2 %3, residual %4")
                          .arg(QString::number(total.sum, 'f', 4), m_parts.back().name,
                               QString::number(total.whole, 'f', 4), widgets::residualText(residual)),
                      widgets::verdictOf(residual));
}

QString LedgerPage::totalText() const
{
    const QString target = classText(session(), m_ledger->target);
    return m_ledger->against < 0 ? tr("logit of %1").arg(target)
                                 : tr("%1 − %2").arg(target, classText(session(), m_ledger->against));
}

LedgerNames LedgerPage::roomiestNames() const
{
    const double step = double(m_chart->width() - kAxisWidth) / double(std::max<std::size_t>(1, m_parts.size()));
    for (const LedgerNames names : {LedgerNames::Full, LedgerNames::Short})
        if (std::ranges::all_of(segmentsOf(m_parts, names), [&](const widgets::Segment &segment) {
                return kSmallFont * m_chart->fontMetrics().horizontalAdvance(segment.label) + kNameMargin <= step;
            }))
            return names;
    return LedgerNames::Stages;
}

void LedgerPage::showPlot()
{
    if (!m_ledger)
        return m_chart->setPlot({});
    m_names = roomiestNames();
    m_chart->setPlot(waterfallOf(m_parts, {m_names, totalText()}, widgets::themeOf(palette())));
}

int LedgerPage::positionAt(double x) const
{
    const int i = int(std::lround(x));
    if (i < 0 || i >= int(m_parts.size()) || !session().model())
        return session::kNowhere;
    switch (m_parts[std::size_t(i)].kind) {
    case LedgerPart::Kind::Stem:
        return session::kStem;
    case LedgerPart::Kind::Block:
        return m_parts[std::size_t(i)].block;
    case LedgerPart::Kind::Total:
        return session::headOf(session().model()->network);
    default:
        return session::kNowhere;
    }
}

std::optional<double> LedgerPage::xOf(int position) const
{
    for (std::size_t i = 0; i < m_parts.size(); ++i)
        if (position != session::kNowhere && positionAt(double(i)) == position)
            return double(i);
    return std::nullopt;
}

void LedgerPage::showMarks()
{
    m_chart->setMarks(xOf(session().position()), xOf(session().hoveredPosition()));
}

std::shared_ptr<const Tensor> LedgerPage::mapAt(int position) const
{
    if (!m_ledger)
        return nullptr;
    if (position == session::kStem)
        return {m_ledger, &m_ledger->stemMap}; // shares the ledger that it is part of
    if (position >= 0 && position < int(m_ledger->blocks.size()))
        return {m_ledger, &m_ledger->blocks[std::size_t(position)].map};
    return nullptr;
}

void LedgerPage::showMap()
{
    const int position = session().position();
    const std::shared_ptr<const Tensor> map = mapAt(position);
    const double value = !map                         ? 0
                         : position == session::kStem ? m_ledger->stem
                                                      : m_ledger->blocks[std::size_t(position)].branch;
    m_map->setVisible(m_ledger != nullptr);
    m_map->setPlaceholder(tr("The head writes no map: select a block"));
    const QString name =
        map ? QString::fromStdString(session::positionName(session().model()->network, position)) : QString();
    m_map->setMap({map ? tr("%1 writes %2").arg(name, signedText(value)) : QString(), map});
    layOver();
}

void LedgerPage::layOver()
{
    const bool isShown = isVisible() && m_ledger && m_map->isOverlaid();
    context().imageView.setOverlay(isShown ? m_map->image() : QImage(), m_map->opacity(), this);
}

void LedgerPage::showEvent(QShowEvent *event)
{
    const widgets::ImageView &picture = context().imageView;
    if (picture.hasOverlay() && picture.overlayOwner() != this)
        m_map->setOverlaid(false); // another view's overlay stays until this one is asked for
    Page::showEvent(event);
    layOver();
}

void LedgerPage::hideEvent(QHideEvent *event)
{
    Page::hideEvent(event);
    context().imageView.setOverlay({}, 0, this);
}

bool LedgerPage::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_chart && event->type() == QEvent::Resize && m_ledger && roomiestNames() != m_names)
        QMetaObject::invokeMethod(this, &LedgerPage::showPlot, Qt::QueuedConnection); // after the chart's own layout
    return Page::eventFilter(watched, event);
}

void LedgerPage::changeEvent(QEvent *event)
{
    Page::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_map)
        showPlot();
}

std::vector<models::Table> LedgerPage::tables() const
{
    return m_ledger ? std::vector{tableOf(*m_ledger)} : std::vector<models::Table>();
}

std::vector<NamedTensor> LedgerPage::tensors() const
{
    const std::shared_ptr<const Tensor> map = mapAt(session().position());
    if (!map)
        return {};
    const std::string name = session::positionName(session().model()->network, session().position());
    return {{QString::fromStdString(name + ".ledger"), map}};
}

PageEntry LedgerPage::entry()
{
    return {"ledger",
            tr("Ledger"),
            Qt::ALT | Qt::Key_4,
            {tr("What the stem and every block wrote into the logit, adding up to it: which block wrote this answer?"),
             tr("<p>With the ReLUs' masks frozen at this picture's, the logit is a sum. <b>h</b><sub>b</sub> is the "
                "gradient of the logit at block b's sum, after its mask, when it comes back by skips alone: what the "
                "block's output is worth to the logit. Then, exactly,</p><p>logit = bias + ⟨<b>h</b><sub>0</sub>, "
                "stem⟩ + Σ<sub>b</sub> β⟨<b>h</b><sub>b</sub>, <b>F</b><sub>b</sub>⟩ + Σ projections' shifts</p><p>A "
                "bar is one of these parts and begins where the one before ended; the last is the logit itself. For a "
                "difference, it is the ledger of logit A − logit B.</p><p>A block's map is Σ<sub>c</sub> "
                "β·<b>h</b><sub>b</sub>⊙<b>F</b><sub>b</sub> at each place; its sum over all places is the block's "
                "bar.</p><p>The residual is |sum of parts − logit| / |logit|; fp32 leaves less than 1e-4.</p><p>What "
                "would happen without a block is another question: the lesion's.</p>"),
             tr("Direct logit attribution, as for the residual stream of transformers; derived for these networks in "
                "docs/decompositions.md")},
            [](const PageContext &context, QWidget *parent) { return new LedgerPage(context, parent); }};
}

} // namespace reslens::pages
