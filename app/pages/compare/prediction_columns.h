// The top classes of every model side by side, and whether they agree with the first model's.
#pragma once

#include "pages/compare/candidates.h"

#include <QScrollArea>

namespace reslens::pages {

class PredictionColumns : public QScrollArea {
    Q_OBJECT

public:
    explicit PredictionColumns(QWidget *parent = nullptr);

    void setCandidates(const std::vector<Candidate> &candidates);

private:
    QWidget *makeColumn(const Candidate &candidate, int index, const session::ModelSummary *first);
};

} // namespace reslens::pages
