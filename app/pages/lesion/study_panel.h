// The lesion study: the change of the target class when one block's branch is cut, as bars and as a table.
#pragma once

#include "analysis/lesion.h"
#include "models/table.h"

#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QWidget>

#include <memory>

namespace reslens::session {
class Session;
}

namespace reslens::widgets {
class DepthChart;
class SegmentBar;
class TableView;
} // namespace reslens::widgets

namespace reslens::pages {

/// Returns one row per block in order. Values that are not finite are not defined.
models::Table studyTable(const analysis::LesionStudy &study);

class StudyPanel : public QWidget {
    Q_OBJECT

public:
    /// A study of up to so many blocks is quick and runs by itself.
    static constexpr int kQuickBlocks = 12;
    static inline const QString kTag = "lesion study"; // tag of its question

    StudyPanel(session::Session &session, QWidget *parent);

    /// The buttons; the page places them.
    QWidget *tools() { return m_tools; }
    const analysis::LesionStudy *study() const { return m_study.get(); }
    bool isUnderWay() const;

    /// Voids the study, for another trace or target, and starts a quick one. `whyEmpty` is shown without a trace.
    void renew(const QString &whyEmpty);
    void run();
    void forget();
    void cancel();

protected:
    void changeEvent(QEvent *event) override; // the bars have the theme's colours

private:
    enum Measure { LogitChange, ProbabilityChange, Rank };

    void makeTools();
    void showStudy();
    void showBars();
    void showProgress();
    QString placeholder() const;

    session::Session &m_session;
    std::shared_ptr<const analysis::LesionStudy> m_study;
    bool m_isCancelled = false;
    QString m_whyEmpty;

    QWidget *m_tools;
    QPushButton *m_run = nullptr, *m_cancel = nullptr;
    QProgressBar *m_progress = nullptr;
    widgets::SegmentBar *m_measure = nullptr;
    widgets::DepthChart *m_chart;
    widgets::TableView *m_table;
    QLabel *m_summary;
};

} // namespace reslens::pages
