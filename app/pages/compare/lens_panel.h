// Shows the skip lens of every model: its answer if all branches after a depth are dropped.
#pragma once

#include "pages/compare/candidates.h"
#include "widgets/lens_strip.h"

#include <QScrollArea>

namespace reslens::pages {

class LensPanel : public QScrollArea {
    Q_OBJECT

public:
    explicit LensPanel(QWidget *parent = nullptr);

    void setCandidates(const std::vector<Candidate> &candidates);
    widgets::LensStrip &strip() { return *m_strip; }

private:
    widgets::LensStrip *m_strip;
};

} // namespace reslens::pages
