#include "pages/compare/curves_panel.h"

#include "pages/compare/comparison_tables.h"
#include "widgets/controls.h"
#include "widgets/depth_chart.h"
#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include <array>
#include <cmath>
#include <limits>

namespace reslens::pages {

namespace {

constexpr double kMarkStep = 0.03; // of the depth: how wide a mark is
constexpr std::size_t kMostMarkers = 30;

double valueOf(const session::DepthPoint &point, CurvesPanel::Quantity quantity)
{
    const auto defined = [](const analysis::Ratio &ratio) {
        return ratio.isDefined ? ratio.value : std::numeric_limits<double>::quiet_NaN();
    };
    switch (quantity) {
    case CurvesPanel::BranchShare:
        return defined(point.branchShare);
    case CurvesPanel::GradientNorm:
        return point.gradientNorm;
    case CurvesPanel::Gain:
        break;
    }
    return defined(point.gain);
}

} // namespace

CurvesPanel::CurvesPanel(QWidget *parent)
    : QWidget(parent), m_quantities(new widgets::SegmentBar(tr("Quantity"), this)),
      m_chart(new widgets::DepthChart(this)), m_note(new QLabel(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    auto *row = new QHBoxLayout;
    row->setSpacing(2);
    m_quantities->addSegment(tr("branch share σ_F"), tr("How much of each block’s sum is the branch: β⟨F,u⟩/⟨u,u⟩"));
    m_quantities->addSegment(tr("gradient ‖g_x‖"), tr("The gradient that arrives at each block’s input, logarithmic"));
    m_quantities->addSegment(tr("gain"), tr("‖g_x‖/‖g_y‖: above 1 a block makes the gradient larger"));
    row->addWidget(m_quantities);
    m_note->setObjectName("muted");
    m_note->setWordWrap(true);
    row->addSpacing(8);
    row->addWidget(m_note, 1);
    column->addLayout(row);
    column->addWidget(m_chart, 1);
    m_chart->setAccessibleName(tr("Curves over relative depth"));
    m_chart->setPlaceholder(tr("The curves appear as soon as a model has answered"));
    connect(m_quantities, &widgets::SegmentBar::changed, this, &CurvesPanel::showCurves);
}

void CurvesPanel::setCandidates(const std::vector<Candidate> &candidates)
{
    m_candidates = candidates;
    showCurves();
}

void CurvesPanel::showQuantity(Quantity quantity)
{
    m_quantities->setCurrent(quantity);
}

void CurvesPanel::showCurves()
{
    const auto quantity = Quantity(m_quantities->current());
    const widgets::Theme &theme = widgets::themeOf(palette());
    widgets::Plot plot;
    plot.xTitle = tr("relative depth b/n (the last block is 1)");
    plot.xRange = {0, 1.03};
    plot.step = kMarkStep;
    plot.yTitle = std::array{tr("σ_F"), tr("‖g_x‖"), tr("‖g_x‖/‖g_y‖")}[std::size_t(quantity)];
    plot.isLogarithmic = quantity == GradientNorm;
    QStringList plain;
    for (int i = 0; i < int(m_candidates.size()); ++i) {
        const Candidate &candidate = m_candidates[std::size_t(i)];
        if (!candidate.summary)
            continue;
        if (!candidate.summary->hasShortcuts && quantity == BranchShare) {
            plain << candidate.title;
            continue;
        }
        widgets::Curve curve{candidate.title, widgets::seriesColour(theme, i), {}, widgets::seriesStyle(i)};
        for (const session::DepthPoint &point : candidate.summary->blocks)
            curve.points.emplace_back(point.depth, valueOf(point, quantity));
        curve.hasMarkers = curve.points.size() <= kMostMarkers;
        plot.curves.push_back(std::move(curve));
    }
    if (!plain.isEmpty())
        m_note->setText(tr("%1: plain, no sum to have a share of").arg(plain.join(", ")));
    else
        m_note->setText(quantity == BranchShare ? QString() : tr("of log p of each network’s own top class"));
    m_chart->setPlot(std::move(plot));
}

} // namespace reslens::pages
