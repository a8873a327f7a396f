// Shows the effect of removing a block: the study of all blocks, and live controls for any mixture.
#pragma once

#include "pages/page.h"

#include <QStackedWidget>

#include <array>

namespace reslens::widgets {
class SegmentBar;
}

namespace reslens::pages {

class LivePanel;
class StudyPanel;

class LesionPage : public Page {
    Q_OBJECT

public:
    enum Part { Study, Live };

    LesionPage(const PageContext &context, QWidget *parent);
    static PageEntry entry();

    QString exportName() const override;
    std::vector<models::Table> tables() const override;
    QWidget *picture() override;

    void showPart(Part part);
    StudyPanel &study() { return *m_study; }
    LivePanel &live() { return *m_live; }

protected:
    void refresh() override;

private:
    QWidget *makeToolRow();
    void turnTo(int part);
    void renewShownPart();

    StudyPanel *m_study;
    LivePanel *m_live;
    widgets::SegmentBar *m_parts;
    QStackedWidget *m_tools, *m_content;
    std::array<bool, 2> m_isStale{true, true}; // indexed by Part
    int m_studiedTarget = -1;                  // target of the last study that was asked for
};

} // namespace reslens::pages
