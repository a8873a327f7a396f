// One model's top classes, and whether they agree with the first model's. It lives as long as its place in the
// comparison: an answer changes its words and rows, and makes no widgets.
#pragma once

#include "pages/compare/candidates.h"

#include <QColor>
#include <QLabel>
#include <QWidget>

#include <memory>

namespace reslens::models {
class PredictionModel;
}

namespace reslens::widgets {
class ElidedLabel;
class PredictionView;
} // namespace reslens::widgets

namespace reslens::pages {

class PredictionColumn : public QWidget {
    Q_OBJECT

public:
    explicit PredictionColumn(QWidget *parent = nullptr);

    /// `first` is whom it is held against; null while nobody has answered.
    void setCandidate(const Candidate &candidate, const QColor &colour, const session::ModelSummary *first);
    void setRows(int count);

protected:
    void paintEvent(QPaintEvent *event) override; // the coloured rule on top

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

} // namespace reslens::pages
