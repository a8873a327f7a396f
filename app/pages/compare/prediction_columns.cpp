#include "pages/compare/prediction_columns.h"

#include "models/item_models.h"
#include "pages/compare/comparison_tables.h"
#include "widgets/labels.h"
#include "widgets/prediction_view.h"
#include "widgets/theme.h"

#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace reslens::pages {

namespace {

constexpr int kFewest = 5, kMost = 10; // classes
constexpr int kHeading = 4, kRow = 3;  // lines of text for each, generously

constexpr int kWidest = 360; // pixels
constexpr int kRule = 3;     // thickness of the coloured rule
constexpr int kSpacing = 2;

QString coloured(const QString &words, const QColor &colour)
{
    return QStringLiteral("<span style=\"color:%1\">%2</span>").arg(colour.name(), words.toHtmlEscaped());
}

/// Uses the good colour if the models agree, otherwise the warning colour.
QString wordsOf(const Candidate &candidate, const session::ModelSummary *first, const widgets::Theme &theme)
{
    const session::ModelSummary *summary = candidate.summary.get();
    if (!summary && !candidate.problem.isEmpty())
        return coloured(candidate.problem, theme.bad);
    if (!summary)
        return coloured(candidate.isUnderWay ? PredictionColumn::tr("waiting or running…")
                                             : PredictionColumn::tr("not run"),
                        theme.muted);
    if (summary == first)
        return coloured(PredictionColumn::tr("the reference of the others"), theme.muted);
    return coloured(agreementText(*first, *summary),
                    session::agreement(*first, *summary).isSameTop ? theme.good : theme.warning);
}

} // namespace

PredictionColumn::PredictionColumn(QWidget *parent)
    : QWidget(parent), m_title(new widgets::ElidedLabel(this)), m_says(new QLabel(this)),
      m_model(new models::PredictionModel(this)), m_list(new widgets::PredictionView(this))
{
    setMaximumWidth(kWidest);
    auto *stack = new QVBoxLayout(this);
    stack->setContentsMargins(0, kRule + kSpacing, 0, 0);
    stack->setSpacing(kSpacing);
    stack->addWidget(m_title);
    stack->addWidget(m_says);
    stack->addWidget(m_list, 1);
    stack->addStretch(0); // fills the space without a list
    QFont strong = font();
    strong.setBold(true);
    m_title->setFont(strong);
    m_says->setWordWrap(true);
    m_says->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_list->setModel(m_model);
    m_list->setSelectionMode(QAbstractItemView::NoSelection);
    m_list->setMinimumHeight(0);
    m_list->hide();
}

void PredictionColumn::setCandidate(const Candidate &candidate, const QColor &colour,
                                    const session::ModelSummary *first)
{
    if (std::exchange(m_colour, colour) != colour)
        update();
    m_title->setText(candidate.title);
    m_list->setAccessibleName(tr("Predictions of %1").arg(candidate.title));
    m_says->setText(wordsOf(candidate, first, widgets::themeOf(palette())));
    setSummary(candidate.summary);
}

void PredictionColumn::setSummary(std::shared_ptr<const session::ModelSummary> summary)
{
    if (summary == m_summary)
        return;
    m_summary = std::move(summary);
    m_list->setVisible(m_summary != nullptr);
    if (!m_summary)
        return;
    m_list->setToolTip(tr("Preprocessing: %1").arg(QString::fromStdString(m_summary->preprocess.source)));
    fillRows();
}

void PredictionColumn::setRows(int count)
{
    if (count != std::exchange(m_rows, count) && m_summary)
        fillRows();
}

void PredictionColumn::fillRows()
{
    m_model->setPredictions(analysis::topPredictions(m_summary->forward, 0, m_summary->labels, m_rows));
}

void PredictionColumn::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(0, 0, width(), kRule, m_colour);
}

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
    m_row->addStretch(0); // takes the space that columns of greatest width leave
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
