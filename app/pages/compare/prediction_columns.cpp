#include "pages/compare/prediction_columns.h"

#include "models/prediction_model.h"
#include "pages/compare/comparison_tables.h"
#include "widgets/elided_label.h"
#include "widgets/prediction_view.h"
#include "widgets/series_colours.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>

namespace reslens::pages {

namespace {

constexpr int kWidest = 360; // pixels of a column
constexpr int kRule = 3;     // the coloured line over a column
constexpr int kFewest = 5, kMost = 10;
constexpr int kHeading = 4, kRow = 3; // heights of them, generously, in lines of text

/// Good where the models agree, a warning where they do not.
QString coloured(const QString &words, const QColor &colour)
{
    return QStringLiteral("<span style=\"color:%1\">%2</span>").arg(colour.name(), words.toHtmlEscaped());
}

} // namespace

PredictionColumns::PredictionColumns(QWidget *parent) : QScrollArea(parent)
{
    setFrameShape(NoFrame);
    setObjectName("plain");
    setWidgetResizable(true);
    setAccessibleName(tr("Predictions side by side"));
    viewport()->setAutoFillBackground(false);
}

void PredictionColumns::setCandidates(const std::vector<Candidate> &candidates)
{
    auto *columns = new QWidget;
    m_lists.clear();
    auto *row = new QHBoxLayout(columns);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    const auto answers = answersOf(candidates);
    for (int i = 0; i < int(candidates.size()); ++i)
        row->addWidget(makeColumn(candidates[std::size_t(i)], i, answers.empty() ? nullptr : answers.front()), 1);
    row->addStretch(0);
    setWidget(columns);
    columns->setAutoFillBackground(false);
    fillRows();
}

void PredictionColumns::fillRows()
{
    for (const auto &[model, summary] : m_lists)
        model->setPredictions(analysis::topPredictions(
            summary->forward, 0, summary->labels,
            std::clamp((height() - kHeading * fontMetrics().height()) / (kRow * fontMetrics().height()), kFewest,
                       kMost)));
}

void PredictionColumns::resizeEvent(QResizeEvent *event)
{
    QScrollArea::resizeEvent(event);
    fillRows();
}

QWidget *PredictionColumns::makeList(const Candidate &candidate, QWidget *parent)
{
    auto *model = new models::PredictionModel(parent);
    m_lists.emplace_back(model, candidate.summary);
    auto *view = new widgets::PredictionView(parent);
    view->setModel(model);
    view->setSelectionMode(QAbstractItemView::NoSelection);
    view->setMinimumHeight(0);
    view->setAccessibleName(tr("Predictions of %1").arg(candidate.title));
    view->setToolTip(tr("Preprocessing: %1").arg(QString::fromStdString(candidate.summary->preprocess.source)));
    return view;
}

QWidget *PredictionColumns::makeColumn(const Candidate &candidate, int index, const session::ModelSummary *first)
{
    const widgets::Theme &theme = widgets::themeOf(palette());
    auto *column = new QWidget;
    column->setMaximumWidth(kWidest);
    auto *stack = new QVBoxLayout(column);
    stack->setContentsMargins(0, 0, 0, 0);
    stack->setSpacing(2);
    auto *rule = new QFrame(column);
    rule->setFixedHeight(kRule);
    rule->setStyleSheet(
        QStringLiteral("background: %1; border: none;").arg(widgets::seriesColour(theme, index).name()));
    auto *title = new widgets::ElidedLabel(column);
    QFont strong = font();
    strong.setBold(true);
    title->setFont(strong);
    title->setText(candidate.title);
    stack->addWidget(rule);
    stack->addWidget(title);
    auto *says = new QLabel(column);
    says->setWordWrap(true);
    says->setTextInteractionFlags(Qt::TextSelectableByMouse);
    stack->addWidget(says);
    if (!candidate.summary) {
        says->setText(candidate.problem.isEmpty()
                          ? coloured(candidate.isUnderWay ? tr("waiting or running…") : tr("not run"), theme.muted)
                          : coloured(candidate.problem, theme.bad));
        stack->addStretch(1);
        return column;
    }
    const session::ModelSummary &summary = *candidate.summary;
    const session::Agreement agrees = session::agreement(*first, summary);
    says->setText(&summary == first
                      ? coloured(tr("the reference of the others"), theme.muted)
                      : coloured(agreementText(*first, summary), agrees.isSameTop ? theme.good : theme.warning));
    stack->addWidget(makeList(candidate, column), 1);
    return column;
}

} // namespace reslens::pages
