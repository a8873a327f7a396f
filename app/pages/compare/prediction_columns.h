// The top classes of every model side by side.
#pragma once

#include "pages/compare/candidates.h"

#include <QHBoxLayout>
#include <QScrollArea>

#include <vector>

namespace reslens::pages {

class PredictionColumn;

class PredictionColumns : public QScrollArea {
    Q_OBJECT

public:
    explicit PredictionColumns(QWidget *parent = nullptr);

    void setCandidates(const std::vector<Candidate> &candidates);

protected:
    void resizeEvent(QResizeEvent *event) override; // more classes where there is room

private:
    int rowsWithRoom() const;

    QHBoxLayout *m_row;
    std::vector<PredictionColumn *> m_columns;
};

} // namespace reslens::pages
