#include "pages/compare/curves_panel.h"

#include "models/block_quantity.h"
#include "widgets/controls.h"
#include "widgets/depth_chart.h"
#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace reslens::pages {

namespace {

constexpr double kMarkStep = 0.03; // width of a mark in units of depth
constexpr std::size_t kMostMarkers = 30;

} // namespace

CurvesPanel::CurvesPanel(QWidget *parent)
    : QWidget(parent), m_quantities(new QComboBox(this)), m_chart(new widgets::DepthChart(this)),
      m_note(new QLabel(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    auto *row = new QHBoxLayout;
    row->setSpacing(2);
    for (const study::Quantity *quantity : session::comparedQuantities()) {
        m_quantities->addItem(models::nameOf(*quantity), QString::fromStdString(quantity->id));
        m_quantities->setItemData(m_quantities->count() - 1, models::formulaOf(*quantity), Qt::ToolTipRole);
    }
    m_quantities->setAccessibleName(tr("Quantity over relative depth"));
    m_quantities->setToolTip(tr("What the chart shows of every block of every model"));
    showQuantity("branch_share");
    row->addWidget(m_quantities);
    m_note->setObjectName("muted");
    m_note->setWordWrap(true);
    row->addSpacing(8);
    row->addWidget(m_note, 1);
    column->addLayout(row);
    column->addWidget(m_chart, 1);
    m_chart->setAccessibleName(tr("Curves over relative depth"));
    m_chart->setPlaceholder(tr("The curves appear as soon as a model has answered"));
    connect(m_quantities, &QComboBox::currentIndexChanged, this, &CurvesPanel::showCurves);
}

void CurvesPanel::setCandidates(const std::vector<Candidate> &candidates)
{
    m_candidates = candidates;
    showCurves();
}

void CurvesPanel::showQuantity(const QString &id)
{
    m_quantities->setCurrentIndex(m_quantities->findData(id));
}

void CurvesPanel::showCurves()
{
    const study::Quantity &quantity = models::blockQuantity(m_quantities->currentData().toString());
    const widgets::Theme &theme = widgets::themeOf(palette());
    widgets::Plot plot;
    plot.xTitle = tr("relative depth b/n (the last block is 1)");
    plot.xRange = {0, 1.03};
    plot.step = kMarkStep;
    plot.yTitle = models::formulaOf(quantity);
    plot.isLogarithmic = quantity.needs == study::Needs::Gradient && quantity.unit != "1" && !quantity.isSigned();
    QStringList plain;
    for (int i = 0; i < int(m_candidates.size()); ++i) {
        const Candidate &candidate = m_candidates[std::size_t(i)];
        if (!candidate.summary)
            continue;
        if (!candidate.summary->hasShortcuts && quantity.needsSkip) {
            plain << candidate.title;
            continue;
        }
        widgets::Curve curve{candidate.title, widgets::seriesColour(theme, i), {}, widgets::seriesStyle(i)};
        for (const session::DepthPoint &point : candidate.summary->blocks)
            curve.points.emplace_back(point.depth, models::plotted(point.value(quantity)));
        curve.hasMarkers = curve.points.size() <= kMostMarkers;
        plot.curves.push_back(std::move(curve));
    }
    if (!plain.isEmpty())
        m_note->setText(tr("%1: plain, has no skip to compare with a branch").arg(plain.join(", ")));
    else
        m_note->setText(quantity.needs == study::Needs::Forward ? QString()
                                                                : tr("of log p of each network’s own top class"));
    m_chart->setPlot(std::move(plot));
}

} // namespace reslens::pages
