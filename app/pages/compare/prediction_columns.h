// The top classes of every model side by side, and whether they agree with the first model's.
#pragma once

#include "pages/compare/candidates.h"

#include <QScrollArea>

#include <memory>
#include <utility>

namespace reslens::models {
class PredictionModel;
}

namespace reslens::pages {

class PredictionColumns : public QScrollArea {
    Q_OBJECT

public:
    explicit PredictionColumns(QWidget *parent = nullptr);

    void setCandidates(const std::vector<Candidate> &candidates);

protected:
    void resizeEvent(QResizeEvent *event) override; // more classes where there is room

private:
    void fillRows();
    QWidget *makeList(const Candidate &candidate, QWidget *parent);
    QWidget *makeColumn(const Candidate &candidate, int index, const session::ModelSummary *first);

    std::vector<std::pair<models::PredictionModel *, std::shared_ptr<const session::ModelSummary>>> m_lists;
};

} // namespace reslens::pages
