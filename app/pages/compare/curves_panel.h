// Shows one quantity of every block, for all models, over relative depth b / n.
#pragma once

#include "pages/compare/candidates.h"

#include <QComboBox>
#include <QLabel>
#include <QWidget>

namespace reslens::widgets {
class DepthChart;
struct Plot;
} // namespace reslens::widgets

namespace reslens::pages {

class CurvesPanel : public QWidget {
    Q_OBJECT

public:
    explicit CurvesPanel(QWidget *parent = nullptr);

    void setCandidates(const std::vector<Candidate> &candidates);
    /// Takes an id of study/quantity.h.
    void showQuantity(const QString &id);
    widgets::DepthChart &chart() { return *m_chart; }

private:
    void showCurves();

    std::vector<Candidate> m_candidates;
    QComboBox *m_quantities;
    widgets::DepthChart *m_chart;
    QLabel *m_note;
};

} // namespace reslens::pages
