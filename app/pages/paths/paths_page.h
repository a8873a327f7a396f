// The gradient by path length: the exact sum of all paths of each length, and Veit's sample of single paths.
#pragma once

#include "pages/page.h"
#include "pages/paths/paths_plot.h"

#include <QLabel>
#include <QToolButton>

namespace reslens::widgets {
class DepthChart;
class FactorSlider;
class ProofLine;
class TaskControl;
} // namespace reslens::widgets

namespace reslens::pages {

class PathsPage : public Page {
    Q_OBJECT

public:
    /// Larger networks are computed on demand.
    static constexpr int kAutomaticBlocks = 20;
    static constexpr int kSamplesPerLength = 10;
    static constexpr int kSeed = 1;

    PathsPage(const PageContext &context, QWidget *parent);
    static PageEntry entry();

    QString exportName() const override { return QStringLiteral("paths"); }
    std::vector<models::Table> tables() const override;
    QWidget *picture() override { return m_body; }

    /// Null if there are none.
    std::shared_ptr<const analysis::PathGradients> exact() const { return m_exact; }
    std::shared_ptr<const analysis::SampledPaths> sampled() const { return m_sampled; }
    /// ||sum of alpha^(n-k) beta^k G_k|| for the sliders' alpha and beta.
    QString scaledText() const { return m_scaled->text(); }

protected:
    void refresh() override;
    void dropAnswers() override { m_exact.reset(); }
    void changeEvent(QEvent *event) override;

private:
    QWidget *makeChartPanel();
    QWidget *makeWaitingPanel();
    QWidget *makeToolRow();
    QWidget *makeScalePanel();
    void compute();
    void sample();
    void stop();
    void acceptExact(const QString &objective);
    bool isOnDemand() const;
    bool hasOnePath() const;
    QString costText() const;
    void showPaths();
    void showProof();
    void showScaled();
    PathsShown shown() const;

    std::shared_ptr<const analysis::PathGradients> m_exact;
    std::shared_ptr<const analysis::SampledPaths> m_sampled;
    QString m_objective;       // objective of m_exact
    QWidget *m_body = nullptr; // the charts and sliders
    QToolButton *m_logarithmic = nullptr;
    widgets::TaskControl *m_compute = nullptr, *m_sample = nullptr;
    widgets::ProofLine *m_proof = nullptr;
    widgets::DepthChart *m_norms = nullptr, *m_counts = nullptr;
    QWidget *m_side = nullptr; // counts and sliders
    widgets::FactorSlider *m_alpha = nullptr, *m_beta = nullptr;
    QLabel *m_scaled = nullptr, *m_note = nullptr, *m_cost = nullptr;
    QWidget *m_waiting = nullptr; // with the button, if the computation is on demand
};

} // namespace reslens::pages
