// Two to six models on the same picture, aligned by relative depth.
#pragma once

#include "pages/page.h"

#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>

namespace reslens::widgets {
class SegmentBar;
}

namespace reslens::pages {

class Candidates;
class CostsPanel;
class CurvesPanel;
class LensPanel;
class ModelList;
class PredictionColumns;

class ComparePage : public Page {
    Q_OBJECT

public:
    enum Part { Predictions, Costs, Curves, Lens };

    ComparePage(const PageContext &context, QWidget *parent);
    static PageEntry entry();

    QString exportName() const override;
    std::vector<models::Table> tables() const override;
    bool isOfScaledNetwork() const override { return false; }
    QWidget *picture() override;

    void showPart(Part part);
    Candidates &candidates() { return *m_candidates; }
    CurvesPanel &curves() { return *m_curves; }
    LensPanel &lens() { return *m_lens; }

protected:
    void refresh() override;
    bool isBusy() const override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void changeEvent(QEvent *event) override; // the models' colours follow light and dark

private:
    QWidget *makeToolRow();
    void linkDepths();
    void offerUsualModels();
    void showPartShown();
    void showProgress();
    void selectDepth(double depth, bool isHover);
    void showMarks();

    Candidates *m_candidates;
    bool m_isEdited = false; // the person chose models: the usual ones are not offered again
    qint64 m_picture = 0;    // key of the picture that was asked about
    ModelList *m_list;
    widgets::SegmentBar *m_parts;
    QStackedWidget *m_content;
    PredictionColumns *m_predictions;
    CostsPanel *m_costs;
    CurvesPanel *m_curves;
    LensPanel *m_lens;
    QProgressBar *m_progress = nullptr;
    QPushButton *m_cancel = nullptr, *m_run = nullptr;
    QLabel *m_empty;
};

} // namespace reslens::pages
