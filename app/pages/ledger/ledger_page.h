// Direct logit attribution: how much of the logit each part of the network wrote. The parts add up to the logit.
#pragma once

#include "pages/ledger/ledger_plot.h"
#include "pages/page.h"

namespace reslens::widgets {
class DepthChart;
class ProofLine;
class SegmentBar;
} // namespace reslens::widgets

namespace reslens::pages {

class BlockMapPanel;

class LedgerPage : public Page {
    Q_OBJECT

public:
    LedgerPage(const PageContext &context, QWidget *parent);
    static PageEntry entry();

    QString exportName() const override { return QStringLiteral("ledger"); }
    std::vector<models::Table> tables() const override;
    std::vector<NamedTensor> tensors() const override;
    QWidget *picture() override { return m_body; }

    /// Null if there is none.
    std::shared_ptr<const analysis::Ledger> ledger() const { return m_ledger; }
    const std::vector<LedgerPart> &parts() const { return m_parts; }

protected:
    void refresh() override;
    void dropAnswers() override { m_ledger.reset(); }
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override; // the chart's width decides about its names
    void changeEvent(QEvent *event) override;

private:
    QWidget *makeChartPanel();
    QWidget *makeToolRow();
    void connectSession();
    void connectChart();
    void askLedger();
    void accept();
    void showLedger();
    void showProof();
    void showPlot();
    void showMarks();
    void showMap();
    void layOver();
    LedgerOrder order() const;
    LedgerNames roomiestNames() const;
    QString totalText() const;
    int positionAt(double x) const;
    std::optional<double> xOf(int position) const;
    std::shared_ptr<const Tensor> mapAt(int position) const;

    std::shared_ptr<const analysis::Ledger> m_ledger;
    std::vector<LedgerPart> m_parts; // in the order shown
    LedgerNames m_names = LedgerNames::Full;
    QWidget *m_body = nullptr; // the chart and the map
    widgets::SegmentBar *m_order = nullptr;
    widgets::ProofLine *m_proof = nullptr;
    widgets::DepthChart *m_chart = nullptr;
    BlockMapPanel *m_map = nullptr;
};

} // namespace reslens::pages
