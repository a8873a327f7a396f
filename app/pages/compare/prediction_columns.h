// Shows the top classes of every model side by side.
#pragma once

#include "pages/compare/candidates.h"

#include <QColor>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>

#include <memory>
#include <vector>

namespace reslens::models {
class PredictionModel;
}

namespace reslens::widgets {
class ElidedLabel;
class PredictionView;
} // namespace reslens::widgets

namespace reslens::pages {

/// One model's top classes, and whether they agree with the first model's. A column belongs to a place in the
/// comparison: an answer changes its words and rows, and makes no widgets.
class PredictionColumn : public QWidget {
    Q_OBJECT

public:
    explicit PredictionColumn(QWidget *parent = nullptr);

    /// `first` is the reference; null before there is an answer.
    void setCandidate(const Candidate &candidate, const QColor &colour, const session::ModelSummary *first);
    void setRows(int count);

protected:
    void paintEvent(QPaintEvent *event) override; // the coloured rule at the top

private:
    void setSummary(std::shared_ptr<const session::ModelSummary> summary);
    void fillRows();

    QColor m_colour;
    widgets::ElidedLabel *m_title;
    QLabel *m_says;
    models::PredictionModel *m_model;
    widgets::PredictionView *m_list;
    std::shared_ptr<const session::ModelSummary> m_summary;
    int m_rows = 0;
};

class PredictionColumns : public QScrollArea {
    Q_OBJECT

public:
    explicit PredictionColumns(QWidget *parent = nullptr);

    void setCandidates(const std::vector<Candidate> &candidates);

protected:
    void resizeEvent(QResizeEvent *event) override; // a larger view shows more classes

private:
    int rowsWithRoom() const;

    QHBoxLayout *m_row;
    std::vector<PredictionColumn *> m_columns;
};

} // namespace reslens::pages
