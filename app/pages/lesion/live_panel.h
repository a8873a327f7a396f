// The live controls as a table of all blocks, and the network's answer next to that of the intact network.
#pragma once

#include "models/item_models.h"
#include "models/table.h"
#include "nn/executor.h"
#include "session/background.h"

#include <QLabel>
#include <QToolButton>
#include <QWidget>

#include <optional>

namespace reslens::session {
class Session;
}

namespace reslens::widgets {
class DepthChart;
class PredictionView;
class ScaleTable;
} // namespace reslens::widgets

namespace reslens::pages {

class LivePanel : public QWidget {
    Q_OBJECT

public:
    static inline const QString kTag = "lesion intact"; // tag of its question

    LivePanel(session::Session &session, QWidget *parent);

    /// The buttons; the page places them.
    QWidget *tools() { return m_tools; }
    /// The scales, and the predictions before and after; empty if there are none.
    std::vector<models::Table> tables() const;

    void saveScenario(const QString &path);
    /// Makes one step to undo. An error in the file is reported, and nothing changes.
    void openScenario(const QString &path);

    /// Shows the current trace, and asks for the intact network's answer if it is unknown. `whyEmpty` is shown without
    /// a trace.
    void renew(const QString &whyEmpty);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override; // the bars have the theme's colours

private:
    QWidget *makeAnswers();
    void makeTools();
    void fillPresets();
    void chooseScenario();
    void chooseWhereToSave();
    void keepIntact();
    void askIntact();
    void showAnswers();
    void showLogits();
    void fitChart();
    void showScales();
    QString targetText() const;
    bool hasSkips() const;

    session::Session &m_session;
    session::Background m_files;         // reads scenarios off the GUI thread
    std::optional<nn::Forward> m_intact; // for this picture and model
    QString m_whyEmpty;
    models::ScaleModel m_scales;
    models::PredictionModel m_before, m_after;

    QWidget *m_tools;
    QToolButton *m_presets = nullptr, *m_reset = nullptr, *m_undo = nullptr, *m_redo = nullptr;
    QToolButton *m_open = nullptr, *m_save = nullptr;
    widgets::ScaleTable *m_table;
    QWidget *m_lists = nullptr;
    widgets::PredictionView *m_beforeView = nullptr, *m_afterView = nullptr;
    widgets::DepthChart *m_chart = nullptr;
    QLabel *m_target = nullptr, *m_why = nullptr;
};

} // namespace reslens::pages
