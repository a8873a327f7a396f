#include "pages/gradient/flow_part.h"

#include "models/block_quantity.h"
#include "models/table.h"
#include "pages/block_chart.h"
#include "session/session.h"
#include "widgets/controls.h"
#include "widgets/depth_chart.h"
#include "widgets/flow_view.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>

namespace reslens::pages {

namespace {

using analysis::BlockFlow;
using analysis::GradientFlow;
using session::Session;

enum Shown { Picture, Curves };
enum LeftChart { Gain, Norms };

constexpr int kRoomyLines = 24; // lines of text; from this height on, the picture is above the curves

/// Returns the chart's main curve.
const study::Quantity &mainOf(study::Chart chart)
{
    const auto curves = study::quantitiesIn(chart);
    return **std::ranges::find_if(curves,
                                  [](const auto *quantity) { return quantity->show.tone == study::Tone::Main; });
}

QToolButton *toggle(const QString &text, const QString &toolTip, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setObjectName("toggle");
    button->setText(text);
    button->setToolTip(toolTip);
    button->setAccessibleName(text);
    button->setCheckable(true);
    return button;
}

} // namespace

FlowPart::FlowPart(Session &session, QWidget *parent) : QWidget(parent), m_view(new widgets::FlowView(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(makeHeader());
    auto *splitter = new QSplitter(Qt::Vertical, this);
    splitter->setChildrenCollapsible(false);
    m_charts = makeCharts(session);
    splitter->addWidget(m_view);
    splitter->addWidget(m_charts);
    splitter->setSizes({1000, 1000});
    column->addWidget(splitter, 1);
    connectFlow(session);
    connect(m_shown, &widgets::SegmentBar::changed, this, &FlowPart::arrange);
    connect(m_choice, &widgets::SegmentBar::changed, this, &FlowPart::showCharts);
    connect(m_logarithmic, &QToolButton::toggled, this, [this](bool isOn) {
        m_view->setLogarithmic(isOn);
        showCharts();
    });
    connect(m_plainToggle, &QToolButton::toggled, this, [this] {
        showNote();
        emit plainToggled();
    });
    arrange();
}

void FlowPart::arrange()
{
    const bool isRoomy = height() >= kRoomyLines * fontMetrics().height();
    const bool showsCurves = isRoomy || m_shown->current() == Curves;
    m_shown->setVisible(!isRoomy);
    m_view->setVisible(isRoomy || m_shown->current() == Picture);
    m_charts->setVisible(showsCurves);
    m_choice->setVisible(showsCurves);
    m_plainToggle->setVisible(showsCurves);
    m_note->setVisible(showsCurves);
}

void FlowPart::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

QWidget *FlowPart::makeHeader()
{
    auto *header = new QWidget(this);
    auto *row = new QHBoxLayout(header);
    row->setContentsMargins(0, 0, 0, 0);
    m_shown = new widgets::SegmentBar(tr("Picture or curves"), header);
    m_shown->addSegment(tr("Picture"), tr("The flow, drawn"));
    m_shown->addSegment(tr("Curves"), tr("Gain, norms and cosine of every block"));
    m_choice = new widgets::SegmentBar(tr("Left chart"), header);
    m_choice->addSegment(tr("Gain"),
                         tr("‖g_x‖/‖g_y‖: does a block let the gradient through, shrink it or blow it up?"));
    m_choice->addSegment(tr("Norms"), tr("‖g_s‖, ‖g_F‖ and ‖g_x‖ of every block"));
    m_logarithmic = toggle(tr("Log"), tr("Logarithms: of the bands' thickness, and of the chart's axis"), header);
    m_plainToggle =
        toggle(tr("Plain counterfactual"),
               tr("Runs the network again with every skip cut (all α = 0), and draws what then comes back"), header);
    m_note = new QLabel(header);
    m_note->setObjectName("muted");
    m_note->setWordWrap(true);
    m_note->setTextInteractionFlags(Qt::TextSelectableByMouse);
    QFont small = font(); // two lines of it are as high as the buttons
    small.setPointSizeF(small.pointSizeF() * 0.88);
    m_note->setFont(small);
    row->addWidget(m_shown);
    row->addWidget(m_choice);
    row->addWidget(m_logarithmic);
    row->addWidget(m_plainToggle);
    row->addWidget(m_note, 1000);
    row->addStretch(1); // fills the row while the note is hidden
    return header;
}

QWidget *FlowPart::makeCharts(Session &session)
{
    auto *charts = new QSplitter(Qt::Horizontal, this);
    charts->setChildrenCollapsible(false);
    m_left = new widgets::DepthChart(charts);
    m_left->setAccessibleName(tr("Gain or norms over the depth"));
    m_cosine = new widgets::DepthChart(charts);
    m_cosine->setAccessibleName(tr("Cosine over the depth"));
    charts->addWidget(m_left);
    charts->addWidget(m_cosine);
    charts->setSizes({1000, 1000});
    for (widgets::DepthChart *chart : {m_left, m_cosine})
        link(*chart, session);
    return charts;
}

void FlowPart::connectFlow(Session &session)
{
    const auto mark = [this, &session] { m_view->setMarks(session.block(), session.hoveredPosition()); };
    connect(&session, &Session::positionChanged, m_view, mark);
    connect(&session, &Session::hoveredChanged, m_view, mark);
    connect(&session, &Session::modelChanged, m_view, mark);
    connect(m_view, &widgets::FlowView::blockHovered, &session,
            [&session](int block) { session.hoverPosition(block < 0 ? session::kNowhere : block); });
    connect(m_view, &widgets::FlowView::blockClicked, &session, &Session::selectPosition);
    mark();
}

void FlowPart::setFlow(std::shared_ptr<const GradientFlow> flow, const QString &why)
{
    m_flow = std::move(flow);
    m_view->setPlaceholder(why);
    m_view->setFlow(m_flow);
    showCharts();
}

void FlowPart::setPlain(std::shared_ptr<const GradientFlow> plain)
{
    m_plain = std::move(plain);
    showNote();
    showCharts();
}

void FlowPart::setHasSkips(bool hasSkips)
{
    m_plainToggle->setEnabled(hasSkips);
    showNote();
}

void FlowPart::showNote()
{
    if (!m_plainToggle->isEnabled() && m_flow)
        m_note->setText(
            tr("This network is plain: it has no skips to cut, and everything comes through the branches."));
    else if (!wantsPlain())
        m_note->setText({});
    else
        m_note->setText(m_plain ? tr("Dashed: same weights with the skips cut; a separately trained plain network is "
                                     "another thing.")
                                : tr("Running the same weights with the skips cut…"));
}

widgets::Plot FlowPart::emptyPlot(const QString &yTitle) const
{
    widgets::Plot plot;
    plot.yTitle = yTitle;
    int stage = 0;
    for (const BlockFlow &block : m_flow->blocks) {
        if (block.stage != stage)
            plot.segments.push_back({QStringLiteral("layer%1").arg(stage = block.stage), 0});
        plot.segments.back().end = block.block + 0.5;
    }
    return plot;
}

widgets::Plot FlowPart::plotOf(study::Chart chart, const QString &yTitle) const
{
    const widgets::Theme &theme = widgets::themeOf(palette());
    widgets::Plot plot = emptyPlot(yTitle);
    plot.isLogarithmic = chart != study::Chart::Cosine && m_logarithmic->isChecked();
    plot.curves = curvesIn(chart, study::factsOf(*m_flow), theme);
    if (chart == study::Chart::Cosine)
        plot.yRange = {-1, 1};
    else if (wantsPlain() && m_plain) {
        const study::Quantity &quantity = mainOf(chart);
        widgets::Curve cut{tr("%1, skips cut (all α = 0)").arg(models::shortNameOf(quantity)),
                           chart == study::Chart::Gain ? theme.branch : theme.text,
                           {},
                           Qt::DashLine};
        for (const study::BlockFacts &block : study::factsOf(*m_plain))
            cut.points.emplace_back(block.gradient->block, models::plotted(quantity.value(block)));
        plot.curves.push_back(std::move(cut));
    }
    return plot;
}

void FlowPart::showCharts()
{
    if (!m_flow) {
        m_left->setPlot({});
        m_cosine->setPlot({});
        return;
    }
    m_left->setPlot(m_choice->current() == Norms ? plotOf(study::Chart::Norms, tr("norm"))
                                                 : plotOf(study::Chart::Gain, tr("gain")));
    const bool hasSkips = m_plainToggle->isEnabled();
    m_cosine->setPlaceholder(hasSkips ? QString() : tr("A plain network has one way back: there is no cosine."));
    m_cosine->setPlot(hasSkips ? plotOf(study::Chart::Cosine, tr("cos(g_s, g_F)")) : widgets::Plot());
}

void FlowPart::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_cosine)
        showCharts();
}

} // namespace reslens::pages
