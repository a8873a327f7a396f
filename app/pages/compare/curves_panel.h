// One quantity of every block, of all models, over relative depth b / n.
#pragma once

#include "pages/compare/candidates.h"

#include <QLabel>
#include <QWidget>

namespace reslens::widgets {
class DepthChart;
class SegmentBar;
struct Plot;
} // namespace reslens::widgets

namespace reslens::pages {

class CurvesPanel : public QWidget {
    Q_OBJECT

public:
    explicit CurvesPanel(QWidget *parent = nullptr);

    enum Quantity { BranchShare, GradientNorm, Gain };

    void setCandidates(const std::vector<Candidate> &candidates);
    void showQuantity(Quantity quantity);
    widgets::DepthChart &chart() { return *m_chart; }

private:
    void showCurves();

    std::vector<Candidate> m_candidates;
    widgets::SegmentBar *m_quantities;
    widgets::DepthChart *m_chart;
    QLabel *m_note;
};

} // namespace reslens::pages
