#include "pages/compare/prediction_columns.h"

#include "pages/compare/comparison_tables.h"
#include "pages/compare/prediction_column.h"
#include "widgets/theme.h"

#include <algorithm>

namespace reslens::pages {

namespace {

constexpr int kFewest = 5, kMost = 10; // classes
constexpr int kHeading = 4, kRow = 3;  // heights of them, generously, in lines of text

} // namespace

PredictionColumns::PredictionColumns(QWidget *parent) : QScrollArea(parent)
{
    setFrameShape(NoFrame);
    setObjectName("plain");
    setWidgetResizable(true);
    setAccessibleName(tr("Predictions side by side"));
    viewport()->setAutoFillBackground(false);
    auto *columns = new QWidget;
    m_row = new QHBoxLayout(columns);
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(12);
    m_row->addStretch(0); // after the columns, which have a greatest width
    setWidget(columns);
    columns->setAutoFillBackground(false);
}

void PredictionColumns::setCandidates(const std::vector<Candidate> &candidates)
{
    while (m_columns.size() > candidates.size()) {
        delete m_columns.back();
        m_columns.pop_back();
    }
    while (m_columns.size() < candidates.size()) {
        m_columns.push_back(new PredictionColumn(widget()));
        m_columns.back()->setRows(rowsWithRoom());
        m_row->insertWidget(int(m_columns.size()) - 1, m_columns.back(), 1);
    }
    const auto answers = answersOf(candidates);
    const widgets::Theme &theme = widgets::themeOf(palette());
    for (std::size_t i = 0; i < candidates.size(); ++i)
        m_columns[i]->setCandidate(candidates[i], widgets::seriesColour(theme, int(i)),
                                   answers.empty() ? nullptr : answers.front());
}

int PredictionColumns::rowsWithRoom() const
{
    const int line = fontMetrics().height();
    return std::clamp((height() - kHeading * line) / (kRow * line), kFewest, kMost);
}

void PredictionColumns::resizeEvent(QResizeEvent *event)
{
    QScrollArea::resizeEvent(event);
    for (PredictionColumn *column : m_columns)
        column->setRows(rowsWithRoom());
}

} // namespace reslens::pages
