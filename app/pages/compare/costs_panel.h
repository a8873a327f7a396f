// Shows each model's costs: parameters, multiply-adds, the device's time in each part of the network, memory.
#pragma once

#include "pages/compare/candidates.h"

#include <QLabel>
#include <QWidget>

namespace reslens::widgets {
class DepthChart;
class TableView;
} // namespace reslens::widgets

namespace reslens::pages {

class CostsPanel : public QWidget {
    Q_OBJECT

public:
    explicit CostsPanel(QWidget *parent = nullptr);

    void setCandidates(const std::vector<Candidate> &candidates);

private:
    void showTimes(const std::vector<Candidate> &candidates);

    widgets::DepthChart *m_chart;
    widgets::TableView *m_table;
    QLabel *m_note;
};

} // namespace reslens::pages
