// The gradient's flow as a picture, with gain, norms and cosine over the depth below it.
#pragma once

#include "analysis/gradient_flow.h"
#include "study/quantity.h"
#include "widgets/plot.h"

#include <QLabel>
#include <QToolButton>
#include <QWidget>

#include <memory>

namespace reslens::session {
class Session;
}

namespace reslens::widgets {
class DepthChart;
class FlowView;
class SegmentBar;
} // namespace reslens::widgets

namespace reslens::pages {

class FlowPart : public QWidget {
    Q_OBJECT

public:
    FlowPart(session::Session &session, QWidget *parent);

    /// `flow` is null if there is nothing to show; `why` says the reason.
    void setFlow(std::shared_ptr<const analysis::GradientFlow> flow, const QString &why);
    /// Takes the flow of the same weights with the skips cut; null until it is asked for and known.
    void setPlain(std::shared_ptr<const analysis::GradientFlow> plain);
    bool wantsPlain() const { return m_plainToggle->isChecked() && m_plainToggle->isEnabled(); }
    void setHasSkips(bool hasSkips);

signals:
    void plainToggled();

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *makeHeader();
    QWidget *makeCharts(session::Session &session);
    void connectFlow(session::Session &session);
    void arrange();
    void showCharts();
    void showNote();
    widgets::Plot emptyPlot(const QString &yTitle) const;
    widgets::Plot plotOf(study::Chart chart, const QString &yTitle) const;

    std::shared_ptr<const analysis::GradientFlow> m_flow, m_plain;
    widgets::FlowView *m_view;
    widgets::SegmentBar *m_shown = nullptr, *m_choice = nullptr;
    QToolButton *m_logarithmic = nullptr, *m_plainToggle = nullptr;
    QLabel *m_note = nullptr;
    QWidget *m_charts = nullptr;
    widgets::DepthChart *m_left = nullptr, *m_cosine = nullptr;
};

} // namespace reslens::pages
