#include "pages/compare/costs_panel.h"

#include "pages/compare/comparison_tables.h"
#include "widgets/colour_legend.h"
#include "widgets/colour_map.h"
#include "widgets/depth_chart.h"
#include "widgets/table_view.h"
#include "widgets/theme.h"

#include <QHeaderView>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>

namespace reslens::pages {

namespace {

constexpr std::size_t kFew = 3; // up to so many models have room for their names

/// Swaps rows and columns, since there are few models and many numbers.
models::Table turned(const models::Table &table, const QString &corner, const QFontMetrics &metrics)
{
    const int widest = metrics.averageCharWidth() * (table.rows.size() > kFew ? 10 : 18);
    models::Table result{table.name, {corner}, {}};
    for (const QVariantList &row : table.rows)
        result.columns << metrics.elidedText(row[0].toString(), Qt::ElideMiddle, widest);
    for (qsizetype column = 1; column < table.columns.size(); ++column) {
        QVariantList cells{table.columns[column]};
        for (const QVariantList &row : table.rows)
            cells << row[column];
        result.rows.push_back(std::move(cells));
    }
    return result;
}

/// Colours the parts in order from the stem to the head, so that neighbours differ.
QColor partColour(int part, int count)
{
    return QColor::fromRgb(widgets::duskMap().at(0.25 + 0.65 * part / std::max(1, count - 1)));
}

} // namespace

CostsPanel::CostsPanel(QWidget *parent)
    : QWidget(parent), m_chart(new widgets::DepthChart), m_table(new widgets::TableView), m_note(new QLabel(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    auto *splitter = new QSplitter(Qt::Horizontal, this);
    splitter->addWidget(m_table);
    splitter->addWidget(m_chart);
    splitter->setChildrenCollapsible(false);
    splitter->setSizes({460, 260});
    column->addWidget(splitter, 1);
    m_note->setObjectName("muted");
    m_note->setWordWrap(true);
    m_note->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(m_note);
    m_table->setAccessibleName(tr("Costs of every model"));
    m_table->setSortingEnabled(false);
    m_table->horizontalHeader()->setMinimumSectionSize(m_table->fontMetrics().averageCharWidth() * 9);
    m_chart->setAccessibleName(tr("Time in each part of every model"));
    m_chart->setPlaceholder(tr("No times: nothing has been measured yet"));
}

void CostsPanel::setCandidates(const std::vector<Candidate> &candidates)
{
    const auto answers = answersOf(candidates);
    m_table->setTable(answers.empty() ? models::Table() : turned(costsTable(candidates), tr("cost"), fontMetrics()));
    if (!answers.empty()) {
        m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
        m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    }
    m_note->setVisible(!answers.empty());
    if (!answers.empty())
        m_note->setText(
            tr("One pass on %1, stem to head. Parts: time between kernels’ timestamps, ‘–’ where the executor "
               "gives none. Memory: in use on the device by all models that are open there.")
                .arg(QString::fromStdString(answers.front()->device)));
    showTimes(candidates);
}

void CostsPanel::showTimes(const std::vector<Candidate> &candidates)
{
    const auto answers = answersOf(candidates);
    std::vector<int> numbers; // list numbers of the models that have answered
    for (std::size_t i = 0; i < candidates.size(); ++i)
        if (candidates[i].summary)
            numbers.push_back(int(i) + 1);
    widgets::Plot plot;
    plot.xTitle = tr("model (its number in the list)");
    plot.yTitle = tr("ms");
    const std::vector<std::string> parts = partsOf(answers);
    const auto colourOf = [&parts](const std::string &part) { // the same in networks with fewer stages
        return partColour(int(std::ranges::find(parts, part) - parts.begin()), int(parts.size()));
    };
    for (int m = 0; !parts.empty() && m < int(answers.size()); ++m) {
        const session::ModelSummary &summary = *answers[std::size_t(m)];
        double height = 0;
        for (const session::PartTime &time : summary.times) {
            plot.bars.push_back({double(m), height, height + time.ms, colourOf(time.name),
                                 tr("%1, %2: %3 ms")
                                     .arg(QString::fromStdString(summary.name), QString::fromStdString(time.name),
                                          widgets::valueText(time.ms))});
            height += time.ms;
        }
        plot.segments.push_back({QString::number(numbers[std::size_t(m)]), m + 0.5});
    }
    for (const std::string &part : parts)
        plot.keys.push_back({QString::fromStdString(part).remove("stage "), colourOf(part)});
    m_chart->setPlot(std::move(plot));
}

} // namespace reslens::pages
